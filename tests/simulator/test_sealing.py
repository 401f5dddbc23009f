"""The platforms' seal on published vectors: the sample code of document 90968, which others check themselves on."""

import pytest

from bot.simulator.callbacks import forms, sealing

TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)


def test_the_published_echo_is_signed_and_opened() -> None:
    assert sealing.sign(TOKEN, "1409659589", "263014780", ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert sealing.unseal(KEY, ECHO, CORP) == b"1616140317555161061"


def test_the_published_message_is_signed_and_opened() -> None:
    assert sealing.sign(TOKEN, "1409659813", "1372623149", MESSAGE) == "477715d11cdb4164915debcba66cb864d751f3e6"
    fields = forms.read(sealing.unseal(KEY, MESSAGE, CORP))
    assert (fields["MsgType"], fields["Content"], fields["AgentID"]) == ("text", "hello", "218")


@pytest.mark.parametrize(("sealed", "receiver"), [(ECHO, "wx0"), ("AAAA", CORP), ("", CORP), (ECHO[:-8], CORP)])
def test_what_is_not_sealed_for_us_is_refused(sealed: str, receiver: str) -> None:
    with pytest.raises(sealing.BadSeal):
        sealing.unseal(KEY, sealed, receiver)


def test_a_new_key_opens_what_it_sealed() -> None:
    key = sealing.new_aes_key()
    assert len(key) == 43
    for text in (b"", "雨".encode() * 11, b"x" * 27):
        assert sealing.unseal(key, sealing.seal(key, text, "ww0"), "ww0") == text


def test_words_that_xml_minds_come_back_as_they_were() -> None:
    words = "a]]>b <&> \u201c引号\u201d 😀"
    assert forms.read(forms.to_xml({"Content": words, "MsgId": 7})) == {"Content": words, "MsgId": "7"}

"""Envelope and signature against the vectors that the platforms publish, and against another hand."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.callbacks import sealing
from bot.wechat.crypto import BadSeal, aes_key, seal, signature, signed, unseal

# Document 90968 and the sample code that comes with it.
WECOM_KEY, WECOM_ID = aes_key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"), "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
WORD = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
# The account's dev/push/encryption.
OA_KEY, OA_ID = aes_key("A" * 43), "wxba5fad812f8e6fb9"
EVENT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR"
    "8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km3"
    "2IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


@pytest.mark.parametrize(
    ("published", "token", "parts"),
    [
        ("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "QDG6eK", ("1409659589", "263014780", ECHO)),
        ("477715d11cdb4164915debcba66cb864d751f3e6", "QDG6eK", ("1409659813", "1372623149", WORD)),
        ("f464b24fc39322e44b38aa78f5edd27bd1441696", "AAAAA", ("1714036504", "1514711492")),
        ("899cf89e464efb63f54ddac96b0a0a235f53aa78", "AAAAA", ("1714037059", "486452656")),
        ("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "AAAAA", ("1714112445", "415670741", EVENT)),
    ],
)
def test_the_published_signatures_are_ours(published: str, token: str, parts: tuple[str, ...]) -> None:
    assert signature(token, *parts) == published
    assert signed(published, token, *parts)
    assert not signed(published[:-1] + "0", token, *parts)
    assert not signed("", token, *parts)
    assert not signed("é", token, *parts)


def test_the_published_envelopes_open() -> None:
    assert unseal([WECOM_KEY], ECHO, WECOM_ID) == b"1616140317555161061"
    assert b"<FromUserName><![CDATA[mycreate]]>" in unseal([WECOM_KEY], WORD, WECOM_ID)
    assert b'"debug_str":"hello world"' in unseal([OA_KEY], EVENT, OA_ID)


def test_the_published_answer_is_sealed_to_the_byte() -> None:
    sealed = seal(OA_KEY, b'{"demo_resp":"good luck"}', OA_ID, b"707722b803182950")
    assert sealed == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_another_hand_sealed_opens_and_the_other_way_round(text: bytes, receiver: str) -> None:
    key = "x" * 42 + "E"
    assert unseal([aes_key(key)], sealing.seal(key, text, receiver), receiver) == text
    assert sealing.unseal(key, seal(aes_key(key), text, receiver), receiver) == text


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_bad_seal_and_no_other_error(raw: bytes) -> None:
    with pytest.raises(BadSeal):
        unseal([OA_KEY], base64.b64encode(raw).decode(), OA_ID)


@pytest.mark.parametrize("sealed", ["", "=", "é", "AAAA", "not base64!", ECHO[:-4], ECHO[:44], ECHO + "AAAA"])
def test_a_broken_envelope_is_a_bad_seal(sealed: str) -> None:
    with pytest.raises(BadSeal) as error:
        unseal([WECOM_KEY], sealed, WECOM_ID)
    assert error.value.reason == "ciphertext"


def test_a_length_that_lies_is_a_bad_seal() -> None:
    plain = os.urandom(16) + b"\xff\xff\xff\xff" + b"text" + WECOM_ID.encode()
    pad = 32 - len(plain) % 32
    cipher = sealing._cipher("A" * 43).encryptor()
    sealed = base64.b64encode(cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()).decode()
    with pytest.raises(BadSeal):
        unseal([OA_KEY], sealed, WECOM_ID)


def test_while_a_key_is_exchanged_both_open() -> None:
    new = aes_key("N" * 43)
    assert unseal([new, WECOM_KEY], ECHO, WECOM_ID) == b"1616140317555161061"
    assert unseal([new, WECOM_KEY], seal(new, b"neu", WECOM_ID), WECOM_ID) == b"neu"
    with pytest.raises(BadSeal, match="receiver"):
        unseal([new, WECOM_KEY], ECHO, "ww-another")
    with pytest.raises(BadSeal, match="ciphertext"):
        unseal([new], ECHO, WECOM_ID)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44])
def test_a_key_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"43|padding|characters"):
        aes_key(text)

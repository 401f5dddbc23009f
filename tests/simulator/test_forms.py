"""A story presses a button as a browser does: what stands in the form goes along."""

import pytest

from bot.demo.forms import filled

PAGE = """<main>
<form method="post" action="/a"><input type="hidden" name="csrf" value="1"><input name="name" value="柳湾">
<select name="colour"><option value="red">红<option value="blue">蓝</select>
<select name="said"><option value="x">x<option value="y" selected>y</select>
<input type="checkbox" name="asks" value="1" checked><input type="checkbox" name="blind" value="y">
<textarea name="text">
第一行</textarea><input type="file" name="file"><button name="do" value="save">存</button></form>
<form method="post" action="/a"><input type="hidden" name="person" value="2">
<button name="do" value="call">打</button></form>
<form method="post"><input name="here"></form></main>"""


def test_what_stands_there_goes_along_and_what_is_changed_wins() -> None:
    found = dict(filled(PAGE, "/page?x=1", "/a", {"name": "石门", "do": "save"}) or [])
    assert found == {
        "csrf": "1", "name": "石门", "colour": "red", "said": "y", "asks": "1", "text": "第一行", "do": "save",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("to", "changed", "sent"),
    [
        ("/a", {"person": "2", "do": "call"}, [("person", "2"), ("do", "call")]),  # of two, the one that has it
        ("/page?x=1", {"here": "y"}, [("here", "y")]),  # a form without an address is sent to its page
        ("/page", {"here": "y"}, [("here", "y")]),
        ("/a", {"person": "3"}, None),  # hidden, and another value
        ("/a", {"nothing": ""}, None),
        ("/b", {}, None),
    ],
)
def test_the_form_that_fits(to: str, changed: dict[str, str], sent: list[tuple[str, str]] | None) -> None:
    assert filled(PAGE, "/page?x=1", to, changed) == sent

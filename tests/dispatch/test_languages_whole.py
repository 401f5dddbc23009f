"""No half-translated message: whatever somebody who reads Korean can be sent is there in Korean, or named here with the
reason why it is Chinese for everybody; and it says the same facts."""

import re
from importlib.resources import files

import pytest
from jinja2 import nodes

from broadcasts.dispatch.texts.render import words
from handlers.reports.figures.asks import _forms, ask, in_language
from handlers.reports.figures.indicators import indicators

FOLDER = files("templates") / "messages"
DESK = "told to the duty desk: an officer works in Chinese, as the console does"
OWN = "the county's own words: nobody translates for it"
BACKROOM = "no message: pages and papers for the desk"
GROUP = "told to a group, which has no language of its own"
CHINESE = {
    **dict.fromkeys(["cannot.txt", "help.txt", "idle.txt", "life.txt", "notice.txt", "reasons.txt", "ring.txt"], DESK),
    **dict.fromkeys(["silent.txt", "twin.txt", "door.txt", "closed_doors.txt", "no_knocker.txt", "selftest.txt"], DESK),
    **dict.fromkeys(["not_sent.txt"], DESK),
    **dict.fromkeys(["watch.txt", "watch_names.txt", "watch_told.txt"], DESK),
    **dict.fromkeys(["own.txt", "commended.txt"], OWN),
    **dict.fromkeys(["figures.txt", "rang.txt", "urgent.txt"], BACKROOM),
    "robot_test.txt": GROUP,
    "mass.txt": "sent to all followers at once, in one language",
    "read_out.txt": "read out to a whole village",
    "screen.txt": "shown to a whole village",
}
PARTS = {  # of a file that stands in Korean otherwise
    **{("evacuation.txt", part): DESK for part in ("alarm", "trouble", "help")},
    ("duty.txt", "handover"): BACKROOM,
    ("report.txt", "copied"): "told to departments",
    ("drill.txt", "handed"): BACKROOM,
    ("drill.txt", "waits"): DESK,
    ("drill.txt", "decided"): DESK,
    ("drill.txt", "unnamed"): BACKROOM,
    ("hint.txt", "cut"): BACKROOM,
    ("report.txt", "cut"): BACKROOM,
}
SAID = {"drill.txt": {"FORMS"}, "evacuation.txt": {"WHY", "FIRST"}}  # of a file whose other tables are for the console
NAMES = {"REFUSED", "NAMES", "UNITS", "HAZARDS"}  # by which Chinese needs no other word
INNER = {("chat.txt", "next")}
HAN = re.compile(r"[\u4e00-\u9fff]")
NAMED = {  # Chinese words in a Korean sentence: names, or what somebody has to look for or to send
    "红色", "橙色", "带班领导", "柳湾村", "角", "演练", "换班", "删除我的数据",
}  # fmt: skip
MESSAGES = sorted(path.name for path in FOLDER.iterdir() if path.name.endswith(".txt"))
KOREAN = sorted(path.name for path in (FOLDER / "ko").iterdir() if path.name.endswith(".txt"))


def parsed(name: str) -> nodes.Template:
    return words().parse((FOLDER / name).read_text(encoding="utf-8"))


def macros(name: str) -> dict[str, list[str]]:
    return {one.name: [arg.name for arg in one.args] for one in parsed(name).find_all(nodes.Macro)}


def tables(name: str) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for one in parsed(name).find_all(nodes.Assign):
        if isinstance(one.target, nodes.Name) and isinstance(one.node, nodes.Dict):
            made[one.target.name] = one.node.as_const()
    return made


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_every_message_is_there_in_korean_or_is_chinese_for_a_reason() -> None:
    assert set(MESSAGES) - set(KOREAN) == CHINESE.keys()
    assert set(KOREAN) - set(MESSAGES) == {"time.txt"}
    assert all(CHINESE.values())


@pytest.mark.parametrize("name", [name for name in KOREAN if name != "time.txt"])
def test_every_part_of_it_is_there_and_takes_the_same_facts(name: str) -> None:
    chinese, korean = macros(name), macros(f"ko/{name}")
    lacking = {one for one in chinese if one not in korean}
    assert lacking == {part for file, part in PARTS if file == name}
    for one, facts in korean.items():
        if (name, one) not in INNER:
            assert facts == chinese[one], one
    for one, table in tables(name).items():
        theirs = tables(f"ko/{name}").get(one, {})
        if one in SAID.get(name, {one}) and one not in NAMES:
            assert theirs.keys() == table.keys(), one
            for key, said in table.items():
                assert fields(said) == fields(theirs[key]), (one, key)


def fields(said: object) -> set[str]:
    return set(re.findall(r"{(\w+)}", str(said)))


@pytest.mark.parametrize("name", KOREAN)
def test_no_chinese_sentence_is_left_in_it(name: str) -> None:
    bare = re.sub(r"{#.*?#}", "", text(f"ko/{name}"), flags=re.S)
    if name == "asks.txt":  # its tables are by Chinese names
        bare = re.sub(r'"[^"]*": ', "", bare)
    left = set(re.findall(r"[\u4e00-\u9fff]+", bare))
    assert left <= NAMED, left - NAMED


def test_what_a_report_asks_is_known_again_in_every_form() -> None:
    facts = {"unit": "间", "of": "间", "said": "3栋", "name": "倒塌房屋间数", "part": "倒塌住房户数"}
    for name, form in _forms().items():
        kept = ask(name, **{slot: facts.get(slot, "7") for slot in form.groupindex})
        said = in_language(kept, "ko")
        assert said != kept, name
        assert not HAN.search(said), said
        assert in_language(kept, "zh-CN") == kept
    assert in_language("以前记下的一句别的话", "ko") == "以前记下的一句别的话"


def test_every_figure_and_unit_has_its_korean_name() -> None:
    names, units = tables("ko/asks.txt")["NAMES"], tables("ko/asks.txt")["UNITS"]
    for one in indicators().values():
        assert one.short in names, one.short
        assert one.unit in units, one.unit

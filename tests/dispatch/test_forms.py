"""What is frozen of a form: fields that a template takes, the places of a textcard and a card, else plain text."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.channels.oa_template.limits import fitted
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_app.body import body
from bot.simulator.contents.template_fields import fits
from broadcasts.audience.select import Target
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.forms import Carded, ServiceForms, card, plain, template, textcard

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
FIELDS = (("thing1", "what"), ("thing2", "where"), ("time3", "when"), ("time4", "until"))
ALL = frozenset({"wecom_robot", "wecom_app", "oa_template", "oa_reply", "relay"})
ROADS = Roads(ALL, "https://warn.example.invalid", template_id="t", fields=FIELDS)
LINK = "https://warn.example.invalid/h5/a/ABCDEFGH"
LABELS = {"source": "预警叫应", "buttons": [("received", "收到", 1)]}


@pytest.mark.parametrize(
    ("field", "words", "held"),
    [
        ("thing1", "升级：橙色→红色 暴雨", "升级：橙色→红色 暴雨"),
        ("thing12", "柳" * 20, "柳" * 20),
        ("thing1", "柳" * 21, "柳" * 19 + "…"),
        ("thing1", "第一行\n第二行", "第一行 第二行"),
        ("thing1", " ", "-"),
        ("phrase3", "红色暴雨预警", "红色暴雨…"),
        ("time3", "2026年7月12日 02:40", "2026年7月12日 02:40"),
    ],
)
def test_a_field_is_one_line_of_its_length(field: str, words: str, held: str) -> None:
    assert fitted(field, words) == held


@pytest.mark.parametrize("facts", [{"what": "x" * 300, "where": "", "when": "2026年7月12日 02:40"}])
def test_every_field_of_a_template_holds_what_its_kind_takes(facts: dict[str, str]) -> None:
    held = json.loads(template(ROADS, facts, LINK))
    assert held["url"] == LINK
    assert all(fits(name, value["value"]) for name, value in held["data"].items())
    assert list(held["data"]) == ["thing1", "thing2", "time3", "time4"]


def test_a_textcard_has_room_or_it_is_text() -> None:
    whole = "题" * app.TITLE + "\n" + "述" * app.DESCRIPTION
    made = textcard(whole, LINK, "应答")
    assert made is not None
    assert plain("textcard", made) == whole
    assert textcard("题" * (app.TITLE + 1) + "\n述", LINK, "应答") is None
    assert textcard("题\n" + "述" * (app.DESCRIPTION + 1), LINK, "应答") is None
    assert textcard("题\n水位<3米", LINK, "应答") is None  # would be read as a mark


def test_a_card_keeps_the_signal_whole_or_is_none() -> None:
    words = Carded("红色暴雨 青崖县", "青崖县气象台 发布", "雨" * app.CARD_TEXT, "往高处走", (("有效至", "5点"),))
    made = card(words, LABELS, LINK, ["红色暴雨 青崖县\n全文"])
    assert made is not None
    assert json.loads(made)["card"]["quote_area"]["quote_text"] == words.what
    assert plain("card", made) == "红色暴雨 青崖县\n全文"
    assert card(words._replace(what=words.what + "雨"), LABELS, LINK, []) is None


def test_the_same_card_for_the_same_members_is_the_same_to_the_byte() -> None:
    made = card(Carded("红色暴雨 青崖县", "", "雨", "", ()), LABELS, "", ["文"])
    assert made is not None
    first = body(1, ("u1", "u2"), made, "card", "ABCDEFGH-7")
    assert first == body(1, ("u1", "u2"), made, "card", "ABCDEFGH-7")
    assert json.loads(first)["template_card"]["task_id"] == "ABCDEFGH-7"


def reader(**roads: str) -> Target:
    return Target("person", 1, 1, None, "网格员", "zh-CN", Mode.wake, roads)


@pytest.mark.parametrize(
    ("purpose", "roads", "channel"),
    [
        (Purpose.first, {"wecom_app": "u", "oa_template": "o", "oa_reply": "o"}, "wecom_app"),
        (Purpose.first, {"oa_template": "o", "oa_reply": "o"}, "oa_template"),
        (Purpose.reply, {"oa_template": "o", "oa_reply": "o"}, "oa_reply"),
    ],
)
def test_one_person_one_copy_by_the_first_open_road(purpose: Purpose, roads: dict[str, str], channel: str) -> None:
    forms = ServiceForms(ROADS, "ABCDEFGH", NOW, ZONE)
    made = plan([reader(**roads)], lambda *_: ["青崖县值班室来信\n请回电"], lambda _: "", ROADS.of(purpose), forms)
    ((one,),) = ([batch.channel for batch in made.batches],)
    assert one == channel
    form = made.texts[0].form
    assert form == ("template" if channel == "oa_template" else "text")
    assert plain(form, made.texts[0].parts[0]).startswith("青崖县值班室来信\n请回电")

"""Every code of the facts sheet, as the stand-in answers it, ends where the sheet's table says."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

import pytest

from bot.channels.contract import SendError
from bot.simulator.tables import codes, codes_account
from bot.wechat.codes import OFFICIAL, WECOM, Verdict
from tests.contracts.roads import SECRETS, Road, opened


class End(NamedTuple):
    """What becomes of the copy. `calls`: how often the message itself was sent."""

    reason: str
    permanent: bool
    alarm: bool = False
    calls: int = 1


RETRY, DROP = False, True
AT_WECOM = {
    -1: End("busy", RETRY),
    40001: End("credentials", DROP, alarm=True),  # never refreshed: repeating a wrong secret bans the address
    40014: End("credentials", DROP, alarm=True, calls=2),
    42001: End("credentials", DROP, alarm=True, calls=2),
    **dict.fromkeys((40013, 41002, 41004, 41011, 853000), End("credentials", DROP, alarm=True)),
    **dict.fromkeys((41001, 40005, 41005, 41006, 43001, 43002, 47001, 82002, 82003), End("bug", DROP, alarm=True)),
    **dict.fromkeys((40039, 41010, 41016, 41033, 45008, 45034, 90201), End("bug", DROP, alarm=True)),
    **dict.fromkeys((846601, 846604, 846605, 846606, 846609), End("bug", DROP, alarm=True)),
    50001: End("no_right", DROP, alarm=True),
    **dict.fromkeys((846607, 846608), End("window_closed", DROP)),
    **dict.fromkeys((40029, 41008), End("code_bad", DROP)),
    40008: End("content", DROP),
    40003: End("member_invalid", DROP),
    60111: End("member_invalid", DROP),
    40031: End("bug", DROP, alarm=True),
    40032: End("bug", DROP, alarm=True),
    40056: End("credentials", DROP, alarm=True),
    40058: End("content", DROP),
    40004: End("media_refused", DROP),
    40006: End("media_refused", DROP),
    45007: End("media_refused", DROP),
    40007: End("media", DROP),
    40145: End("media", DROP),
    40066: End("member_invalid", DROP),
    40068: End("member_invalid", DROP),
    42014: End("bug", DROP, alarm=True),
    **dict.fromkeys((43010, *range(42027, 42052)), End("card_refused", DROP)),
    42052: End("too_late", DROP),
    43004: End("not_bound", DROP),
    44004: End("bug", DROP, alarm=True),
    45002: End("bug", DROP, alarm=True),
    45009: End("limit", RETRY),
    45033: End("crowded", RETRY),
    45035: End("limit", RETRY),
    45036: End("limit", RETRY),
    48002: End("no_right", DROP, alarm=True),
    48006: End("no_right", DROP, alarm=True),
    50003: End("application_off", DROP, alarm=True),
    60011: End("no_permission", DROP),
    60020: End("address_not_trusted", RETRY, alarm=True),
    60140: End("card_used", DROP),
    81013: End("member_invalid", DROP),
    82001: End("bug", DROP, alarm=True),
    82004: End("bug", DROP, alarm=True),
    301002: End("credentials", DROP, alarm=True),
    40201: End("blocked", DROP, alarm=True),
    40204: End("blocked", DROP, alarm=True),
    **dict.fromkeys((40050, 86001, 86003, 86008, 86215, 86216), End("group_gone", DROP, alarm=True)),
    **dict.fromkeys((93000, 93001, 93004, 93008), End("robot_gone", DROP, alarm=True)),
    **dict.fromkeys((93017, 93018), End("bug", DROP, alarm=True)),
    41063: End("limit", RETRY),
    41048: End("member_invalid", DROP),
    41093: End("cancelled", DROP),
    41094: End("reminded_enough", DROP),
    95001: End("window_closed", DROP),
    95002: End("window_closed", DROP),
    **dict.fromkeys((301049, 301050, 301051), End("no_right", DROP, alarm=True)),
}
AT_ACCOUNT = {
    -1: End("busy", RETRY),
    40001: End("credentials", DROP, alarm=True, calls=2),
    40014: End("credentials", DROP, alarm=True, calls=2),
    42001: End("credentials", DROP, alarm=True, calls=2),
    **dict.fromkeys((40013, 40125, 41002, 41004), End("credentials", DROP, alarm=True)),
    **dict.fromkeys((40002, 40008, 40059, 41001, 43001, 43002), End("bug", DROP, alarm=True)),
    **dict.fromkeys((44004, 45002, 45008, 40052, 40053), End("bug", DROP, alarm=True)),
    **dict.fromkeys((*range(40016, 40021), *range(40023, 40028)), End("bug", DROP, alarm=True)),
    40032: End("refused", DROP, alarm=True),
    **dict.fromkeys((40004, 45001, 45007), End("media_refused", DROP)),
    **dict.fromkeys((40007, 41005), End("media", DROP)),
    40003: End("member_invalid", DROP),
    40037: End("template", DROP, alarm=True),
    40130: End("bug", DROP, alarm=True),
    **dict.fromkeys((40029, 41008), End("code_bad", DROP)),
    40163: End("code_used", DROP),
    40164: End("address_not_trusted", RETRY, alarm=True),
    43004: End("not_following", DROP),
    43019: End("blacklisted", DROP),
    43101: End("refuses", DROP),
    45009: End("quota", RETRY, alarm=True),
    45011: End("limit", RETRY),
    45015: End("window_closed", DROP),
    45047: End("window_closed", DROP),
    45028: End("quota", DROP),
    45066: End("limit", RETRY),
    45056: End("tags_full", DROP),
    45057: End("tag_too_big", DROP),
    45058: End("tag_of_platform", DROP),
    45059: End("tags_of_one_full", DROP),
    45157: End("tag_name_taken", DROP),
    45158: End("tag_name_long", DROP),
    45159: End("tag_gone", DROP),
    49003: End("member_invalid", DROP),
    45067: End("bug", DROP, alarm=True),
    47001: End("content", DROP),
    47003: End("content", DROP),
    48001: End("no_right", DROP, alarm=True),
    48002: End("refuses", DROP),
    48004: End("blocked", DROP, alarm=True),
    48006: End("no_right", DROP, alarm=True),
    50002: End("restricted", DROP, alarm=True),
}
AT_GATEWAY = {
    -1: End("busy", RETRY),
    40001: End("credentials", DROP, alarm=True),
    40002: End("bug", DROP, alarm=True),
    40003: End("number_invalid", DROP),
    40004: End("content", DROP),
    42900: End("limit", RETRY),
    42901: End("quota", RETRY, alarm=True),
    43101: End("opted_out", DROP),
}


@pytest.fixture
async def road(request: pytest.FixtureRequest) -> AsyncIterator[Road]:
    async with opened(request.param) as made:
        yield made


async def ended(road: Road, code: int) -> tuple[SendError, int]:
    """What a code comes to, and how many calls it took. A minute lies between two, so that tokens are replaced."""
    before = (await road.calls()).get(road.endpoint, 0)
    await road.fault(kind="errcode", code=code)
    error = await road.error()
    await road.clear()
    road.clock.turn(61)
    return error, (await road.calls())[road.endpoint] - before


@pytest.mark.parametrize(
    ("road", "table"),
    [
        ("wecom_robot", {code: end._replace(calls=1) for code, end in AT_WECOM.items() if end.calls == 1}),
        ("wecom_app", AT_WECOM),
        ("appchat", AT_WECOM),
        ("customer_group", AT_WECOM),
        ("sms", AT_GATEWAY),
        ("voice", AT_GATEWAY | {42902: End("busy", RETRY)}),
        ("pstncc", AT_WECOM),
        *(
            (name, {code: end for code, end in AT_ACCOUNT.items() if code != 45009})
            for name in ("oa_template", "oa_notice", "oa_mass")
        ),
        ("oa_reply", {code: end for code, end in AT_ACCOUNT.items() if code != 45009}),
    ],
    indirect=["road"],
)
async def test_every_code_of_the_sheet_ends_where_its_table_says(
    road: Road, table: dict[int, End], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    found = {}
    for code in table:
        error, calls = await ended(road, code)
        found[code] = End(error.reason, error.permanent, error.alarm, calls)
        assert not error.lost
        assert not any(secret in f"{error!r} {caplog.text}" for secret in SECRETS)
    assert found == table


@pytest.mark.parametrize(
    ("table", "ends", "words"),
    [(WECOM, AT_WECOM, codes.WORDS), (OFFICIAL, AT_ACCOUNT | {45065: ()}, codes_account.WORDS)],
)
def test_no_code_is_left_out(
    table: Mapping[int, Verdict], ends: Mapping[int, object], words: Mapping[int, str]
) -> None:
    """Whatever the stand-in may answer has its place in the table, and whatever stands in the table its end above."""
    assert not words.keys() - table.keys()
    assert ends.keys() == table.keys()


@pytest.mark.parametrize("road", ["oa_template", "oa_notice", "oa_mass", "oa_reply"], indirect=True)
async def test_a_day_that_is_used_up_is_not_asked_again_before_the_next(road: Road) -> None:
    await road.fault(kind="errcode", code=45009)
    first = await road.error()
    await road.clear()
    second = await road.error()
    assert (first.reason, first.permanent, first.alarm) == ("quota", False, True)
    hours = 3600 * (24 - 2) - 40 * 60 + 60  # from 02:40 in Beijing to a minute past the next midnight
    assert first.wait == second.wait == hours
    assert (await road.calls())[road.endpoint] == 1
    road.clock.turn(hours)
    if road.endpoint == "custom":
        await road.writes()
    await road.channel.send(road.parcel("红色暴雨 青崖县"))


@pytest.mark.parametrize("road", ["oa_template", "oa_mass"], indirect=True)
async def test_a_message_that_is_there_already_counts_as_taken(road: Road) -> None:
    await road.fault(kind="errcode", code=45065)
    await road.channel.send(road.parcel("红色暴雨 青崖县"))


@pytest.mark.parametrize(
    ("code", "at_wecom", "at_account"),
    [
        (40001, "credentials", "credentials"),
        (43004, "not_bound", "not_following"),
        (48002, "no_right", "refuses"),
        (48006, "no_right", "no_right"),
        (45009, "limit", "quota"),
    ],
)
def test_one_number_means_two_things(code: int, at_wecom: str, at_account: str) -> None:
    assert (WECOM[code].reason, OFFICIAL[code].reason) == (at_wecom, at_account)
    assert (WECOM[40001].refresh, OFFICIAL[40001].refresh) == (False, True)


def test_what_only_one_platform_says_stands_in_its_table_alone() -> None:
    assert not {45047, 43101, 40164} & WECOM.keys()
    assert not {60020, 93000, 81013} & OFFICIAL.keys()

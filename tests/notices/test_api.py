"""The machine's door: a notice as a draft or for approval; what is wrong is named, and nobody approves by machine."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import User
from broadcasts.notices.models import Notice, State
from tests.notices.conftest import Room

PATH = "/api/v1/notices"
LOCAL: dict[str, Any] = {
    "kind": "local",
    "body": "青崖县防汛抗旱指挥部",
    "hazard": "山洪",
    "grade": "red",
    "order": "现在转移",
    "text": "上游水库加大泄洪。",
    "measures": ["往高处走", "不要过河"],
    "starts": "2026-07-12T03:00:00+08:00",
    "ends": "2026-07-12T09:00:00+08:00",
    "areas": ["柳湾村"],
    "submit": True,
}


async def post(room: Room, token: str = "notices", **body: Any) -> tuple[int, Any]:
    return await room.ask("POST", PATH, token, json={**LOCAL, **body})


async def test_it_waits_for_a_person_and_then_goes_out(room: Room) -> None:
    status, said = await post(room, id="ours-1")
    assert (status, said["state"], said["missing"], said["hazard"]) == (201, "submitted", [], "11A51")
    assert await post(room, id="ours-1") == (200, said)  # a repeat is known
    url = f"/console/notices/{said['id']}"
    await room["chief"].open(url)
    assert "notices写的" in room["chief"].text
    await room["chief"].send(f"{url}/approve", version="1", then="issue", first="青")
    await room.world.work()
    assert (await room.world.phone("li"))[0].startswith("现在转移 柳湾村 山洪")
    status, shown = await room.ask("GET", f"{PATH}/{said['id']}")
    assert (status, shown["state"]) == (200, "issued")
    _, alert = await room.ask("GET", f"/api/v1/warnings/{shown['alert_id']}")
    assert (alert["kind"], alert["grade"], alert["status"]) == ("local", "red", "issued")
    _, page = await room.ask("GET", f"{PATH}?state=issued")
    assert [one["id"] for one in page["items"]] == [said["id"]]


async def test_a_draft_says_which_of_the_eight_items_it_lacks(room: Room) -> None:
    status, said = await post(room, submit=False, measures="", grade=None)
    assert (status, said["state"], said["missing"]) == (201, "draft", ["预警级别", "应当采取的措施"])


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"text": ""}, "警示事项"),
        ({"measures": []}, "应当采取的措施"),
        ({"areas": []}, "可能影响的范围"),
        ({"starts": None}, "起始时间"),
        ({"grade": None}, "预警级别"),
        ({"hazard": ""}, "类别"),
        ({"body": ""}, "发布单位"),
        ({"body": "青崖县气象台"}, "body"),
        ({"hazard": "暴雨"}, "body"),
        ({"text": "发布暴雨红色预警信号"}, "text"),
        ({"text": "<script>alert(1)</script>"}, "text"),
        ({"order": "<script>"}, "order"),
        ({"body": "<script>"}, "body"),
        ({"hazard": "<script>"}, "hazard"),
        ({"areas": ["<script>"]}, "areas"),
        ({"roles": ["<script>"]}, "roles"),
        ({"text": "水" * 10_000}, "text"),
        ({"areas": ["510100000000"]}, "areas"),
        ({"ends": "2026-07-12T02:59:00+08:00"}, "ends"),
        ({"ends": "2026-07-12T09:00:00"}, "ends"),
        ({"grade": "white"}, "grade"),
        ({"kind": "signal"}, "kind"),
        ({"kind": "drill"}, "kind"),
        ({"kind": "notice", "title": "停课", "roles": ["村群"]}, "grade"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(room: Room, body: dict[str, Any], path: str) -> None:
    status, said = await post(room, **body)
    assert status == 422
    assert path in {error["path"] for error in said["errors"]}
    assert all(error["message"] for error in said["errors"])
    async with room.world.deps.read() as session:
        assert (await session.execute(select(Notice))).all() == []


async def test_an_approver_who_is_disabled_is_refused_by_name(room: Room) -> None:
    async with room.world.deps.begin() as session:
        off = sa.update(User).where(col(User.name) == "chief").values(disabled_at=room.world.clock.now())
        await session.execute(off)
    status, said = await post(room, approver="chief")
    assert (status, said["detail"]) == (409, "没有提交： 审批人“chief”的账号已停用。请换一位审批人。")
    assert (await post(room, approver="looker"))[0] == 409
    assert (await post(room, approver="nobody"))[0] == 409
    async with room.world.deps.read() as session:
        assert (await session.execute(select(Notice))).all() == []


async def test_without_the_right_token_nothing_is_taken(room: Room) -> None:
    assert (await post(room, token="read"))[0] == 403
    assert (await post(room, token=""))[0] == 401
    assert (await room.ask("GET", PATH, token="notices"))[0] == 403
    assert (await room.ask("GET", f"{PATH}/nothing"))[0] == 404
    assert (await room.ask("POST", PATH, "notices", data=b"{", headers={"Content-Type": "text/plain"}))[0] == 415
    assert (await room.ask("POST", PATH, "notices", data=b"{", headers={"Content-Type": "application/json"}))[0] == 422


async def test_no_machine_approves(room: Room) -> None:
    _, said = await post(room)
    for do in ("approve", "issue"):
        status, _ = await room.ask("POST", f"{PATH}/{said['id']}/{do}", "notices", json={})
        assert status == 404
    assert (await room.notice()).state is State.submitted

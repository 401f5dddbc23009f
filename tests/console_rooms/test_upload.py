"""上传: the same rules as over the interface, and a word on each warning."""

import json

import pytest

from bot.access.models import Role
from bot.demo.samples.read import sample
from tests.console_rooms.desk import desk
from tests.world import World


async def test_a_file_is_received_and_known_again(world: World) -> None:
    raw = sample("cap.xml", world.clock.now(), world.deps.settings.zone)
    async with desk(world, Role.officer) as officer:
        first = await officer.press("/console/upload", file=raw)
        assert first.status == 200
        assert "已发出" in first.text
        assert "/console/alerts/" in first.text
        assert "早已收到" in (await officer.press("/console/upload", file=raw)).text


async def test_what_cannot_be_read_is_said_with_its_place(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        answer = await leader.press("/console/upload", file=b"<alert>\n<b>&x;</alert>")
        assert answer.status == 422
        assert "未能读取" in answer.text
        assert "<code>" in answer.text
        evil = json.dumps({"<script>alert(1)</script>": "<script>alert(1)</script>"}).encode()
        assert "<script>alert" not in (await leader.press("/console/upload", file=evil)).text


async def test_nothing_and_too_much_are_refused(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        assert (await officer.press("/console/upload")).status == 422
        assert (await officer.press("/console/upload", file=b"")).status == 422
        assert (await officer.press("/console/upload", file=b"x" * (1536 * 1024 + 1))).status == 413
        assert (await officer.press("/console/upload", csrf="x", file=b"x")).status == 403


@pytest.mark.parametrize("role", [Role.admin, Role.viewer, Role.approver])
async def test_only_the_duty_room_uploads(world: World, role: Role) -> None:
    async with desk(world, role) as somebody:
        assert (await somebody.look("/console/upload")).status == 403
        assert (await somebody.press("/console/upload", file=b"x")).status == 403

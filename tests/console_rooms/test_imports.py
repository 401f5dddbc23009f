"""导入: what a file would do is shown first, and written only if it still holds."""

import stat
from typing import Any

import pytest
from sqlmodel import col, func, select

from bot.access.models import Role
from bot.directory.imports.columns import Kind
from bot.directory.imports.sheets import read
from bot.directory.models import Area, Person
from bot.record.models import Entry
from tests.console_rooms.desk import desk
from tests.world import World

GOOD = "id,name,area,roles\nn1,钱一,柳湾村,网格员\nn2,钱二,上坪村,网格员\n".encode()
HALF = "id,name,area,roles\nn1,钱一,柳湾村,网格员\nn2,<b>钱</b>,没有村,网格员\n".encode()


async def people(world: World) -> int:
    async with world.deps.read() as session:
        return (await session.execute(select(func.count()).where(col(Person.key).in_(["n1", "n2"])))).scalar_one()


async def test_a_good_file_is_shown_and_then_written(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        shown = await admin.press("/console/import", kind="people", file=GOOD)
        assert "新增 2，更新 0，不变 0，有错 0" in shown.text
        assert await people(world) == 0
        (kept,) = (world.deps.settings.data_dir / "uploads").iterdir()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert "钱一".encode() not in kept.read_bytes()
        done = await admin.press("/console/import/write", **shown.hidden)
        assert "人员已写入：新增 2 行" in done.text
        assert not kept.exists()
        again = await admin.press("/console/import/write", **shown.hidden)
        assert again.status == 410
    assert await people(world) == 2
    async with world.deps.read() as session:
        entry = (await session.execute(select(Entry).where(col(Entry.action) == "directory.imported"))).scalar_one()
    assert entry.actor == "user:admin"


async def test_faults_are_shown_in_their_cells_and_the_rest_may_be_written(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        shown = await admin.press("/console/import", kind="people", file=HALF)
        assert "<b>C3</b>" in shown.text
        assert "没有“没有村”这个区划" in shown.text
        assert "<b>钱</b>" not in shown.text
        assert "跳过有错的 1 行，写入其余 1 行" in shown.text
        fields = shown.hidden
        del fields["partial"]
        refused = await admin.press("/console/import/write", **fields)
        assert refused.status == 409
        assert "什么也没有写入" in refused.text
        assert await people(world) == 0
        done = await admin.press("/console/import/write", **shown.hidden)
        assert "有错没有写入 1 行" in done.text
    assert await people(world) == 1


async def test_a_directory_that_changed_in_between_is_noticed(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        first = await admin.press("/console/import", kind="people", file=GOOD)
        second = await admin.press("/console/import", kind="people", file=GOOD)
        assert (await admin.press("/console/import/write", **first.hidden)).status == 200
        late = await admin.press("/console/import/write", **second.hidden)
        assert late.status == 409
        assert "目录刚被别人改过" in late.text
        assert "不变 2" in late.text  # and the plan is shown anew


async def test_an_upload_is_over_after_an_hour(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        shown = await admin.press("/console/import", kind="people", file=GOOD)
        world.clock.turn(3601)
        assert (await admin.press("/console/import/write", **shown.hidden)).status == 410
        await admin.press("/console/import", kind="people", file=HALF)
    assert len([*(world.deps.settings.data_dir / "uploads").iterdir()]) == 1  # the old one was swept


@pytest.mark.parametrize("upload", ["../secret_key", "/etc/passwd", "", "1783800000-x"])
async def test_an_upload_is_found_by_its_own_name_alone(world: World, upload: str) -> None:
    async with desk(world, Role.admin) as admin:
        answer = await admin.press("/console/import/write", kind="people", upload=upload, outline="")
    assert answer.status == 410


async def test_what_is_no_table_is_refused(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        tables: list[dict[str, Any]] = [
            {"kind": "people", "file": b"PK\x03\x04x"},
            {"kind": "people"},
            {"kind": "x", "file": GOOD},
        ]
        for fields in tables:
            assert (await admin.press("/console/import", **fields)).status == 422


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_template_is_read_again(world: World, kind: Kind) -> None:
    async with desk(world, Role.admin) as admin, admin.browser.get(f"/console/import/template/{kind}.xlsx") as answer:
        assert read(kind, await answer.read()).rows == ()
        assert (await admin.look("/console/import/template/x.xlsx")).status == 404


async def test_a_large_file_is_taken(world: World) -> None:
    rows = "".join(f"529926109{n:03d},测试{n}村,529926101000,村,{'长' * 4000}\n" for n in range(200))
    async with desk(world, Role.admin) as admin:
        file = ("code,name,parent,level,备注\n" + rows).encode()
        assert len(file) > 2 << 20
        shown = await admin.press("/console/import", kind="areas", file=file)
        assert shown.status == 200
        assert (await admin.press("/console/import/write", **shown.hidden)).status == 200
    async with world.deps.read() as session:
        assert (await session.execute(select(func.count()).select_from(Area))).scalar_one() == 206


async def test_only_an_administrator_of_the_county_imports(world: World) -> None:
    async with desk(world, Role.officer) as officer, desk(world, Role.admin, place="柳湾镇") as town:
        for somebody in (officer, town):
            assert (await somebody.look("/console/import")).status == 403
            assert (await somebody.press("/console/import", kind="people", file=GOOD)).status == 403
    async with desk(world, Role.admin) as admin:
        assert (await admin.press("/console/import", csrf="x", kind="people", file=GOOD)).status == 403

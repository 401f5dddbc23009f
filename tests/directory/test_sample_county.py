"""The county of the demo is data, whole and exactly as large as it is said to be."""

from collections import Counter
from pathlib import Path

import shapely
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Role, User, UserRole
from bot.demo.county.load import HERE, load
from bot.deps import Deps
from bot.directory import queries, robots
from bot.directory.models import Area, AreaTag
from broadcasts.audience.models import Advice
from broadcasts.hazards.grades import Grade
from tests.directory.bringing import everything

ROLES = {"灾害信息员", "网格员", "值班员", "带班领导", "村群", "居民"}


async def test_the_sample_county(deps: Deps) -> None:
    await load(deps, "a hash")
    before = await everything(deps)
    await load(deps, "a hash")
    assert await everything(deps) == before
    async with deps.read() as session:
        areas = (await session.execute(sa.select(Area))).scalars().all()
        people, groups = await queries.people(session), await queries.groups(session)
        tagged = await session.scalar(sa.select(sa.func.count()).where(col(AreaTag.tag) == "风险点"))
        users = {user.name: user for user in (await session.execute(sa.select(User))).scalars()}
        roles = (await session.execute(sa.select(col(UserRole.role)))).scalars().all()
        advice = (await session.execute(sa.select(Advice))).scalars().all()

    levels = Counter(area.level for area in areas)
    assert (levels["县"], levels["镇"] + levels["乡"], levels["村"], levels["网格"]) == (1, 11, 369, 1800)
    assert len({area.name for area in areas}) == len(areas)
    assert 55 <= (tagged or 0) <= 65
    _check_map([*areas])

    level_of = {area.id: area.level for area in areas}
    told = Counter((next(iter(one.roles)), one.ab, level_of[one.area_id]) for one in people)
    assert len(people) == 2768
    assert all(len(one.roles) == 1 and one.addresses["wecom_app"] for one in people)
    assert told["网格员", "", "网格"] == 2000
    assert (told["灾害信息员", "A", "村"], told["灾害信息员", "B", "村"]) == (369, 369)
    assert (told["值班员", "", "县"], told["带班领导", "", "县"]) == (7, 1)
    assert told["值班员", "", "镇"] + told["值班员", "", "乡"] == 11
    assert told["带班领导", "", "镇"] + told["带班领导", "", "乡"] == 11
    assert len({one.area_id for one in people if "网格员" in one.roles}) == 1800
    assert len({one.area_id for one in people if one.ab == "A"}) == 369
    assert len({one.name for one in people}) == len(people)

    assert Counter(group.kind for group in groups) == {"村群": 369, "值班群": 1}
    assert all(len(group.robots) == 1 for group in groups)
    assert {users["liuyang"].must_change, users["liuyang"].password_hash} == {False, "a hash"}
    assert {Role.admin, Role.officer, Role.leader, Role.viewer} <= set(roles)
    _check_advice([*advice])


def _check_map(areas: list[Area]) -> None:
    """Towns tile the county, and villages tile their towns."""
    shapes = {area.id: shapely.from_wkt(area.geometry) for area in areas if area.geometry}
    assert len(shapes) == 381
    for level in ({"县"}, {"镇", "乡"}):
        for area in (area for area in areas if area.level in level):
            inside = [shapes[child.id] for child in areas if child.parent_id == area.id]
            assert abs(shapely.area(inside).sum() - shapes[area.id].area) < 1e-4
            assert shapely.symmetric_difference(shapely.union_all(inside), shapes[area.id]).area < 1e-4


def _check_advice(advice: list[Advice]) -> None:
    said: dict[tuple[str, str], set[str]] = {}
    for row in advice:
        said.setdefault((row.hazard, row.grade), set()).add(row.role)
        assert row.signed_by
        assert row.signed_on
        assert 1 <= len(row.lines.splitlines()) <= 3
        assert all(len(line) <= 22 for line in row.lines.splitlines())
    assert all(roles == ROLES for roles in said.values())
    assert {("11B03", Grade.red), ("11B03", Grade.orange), ("11A14", ""), ("11B04", ""), ("", Grade.red)} <= set(said)


async def test_every_group_gets_a_code_of_its_own(deps: Deps) -> None:
    await load(deps)
    async with deps.begin() as session:
        codes = {one.code for one in await robots.give_codes(session, deps.clock.now())}
    assert len(codes) == 370
    assert {len(code) for code in codes} == {4}


def test_the_data_is_small() -> None:
    assert sum(path.stat().st_size for path in Path(HERE).glob("*.csv")) < 900_000

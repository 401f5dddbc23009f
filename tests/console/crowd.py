"""A large county's night: three hundred people more who were asked and say nothing."""

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address, Area, Person, PersonRole
from bot.ids import uuid7
from broadcasts.dispatch.models import Delivery
from tests.world import World

CROWD = {"柳湾村": 130, "上坪村": 90, "石门村": 75, "青崖县": 5}  # 柳湾镇 has more than one page holds
NUMBER = "000-0008"


async def crowded(world: World) -> set[str]:
    """After a warning went out: their names. Each has a telephone, and an address by which she could be sent."""
    deps, now = world.deps, world.clock.now()
    async with deps.begin() as session:
        homes = {name: code for code, name in (await session.execute(sa.select(col(Area.id), col(Area.name)))).all()}
        people = [
            {
                "uid": uuid7(now), "key": f"crowd-{place}-{n}", "name": f"{place[:2]}{n:03}", "area_id": homes[place],
                "ab": "AB"[n % 2], "phone_sealed": deps.vault.seal(NUMBER),
            }
            for place, many in CROWD.items() for n in range(many)
        ]  # fmt: skip
        await session.execute(sa.insert(Person), people)
        new = sa.select(col(Person.id), col(Person.key)).where(col(Person.key).like("crowd-%"))
        ids = {key: number for number, key in (await session.execute(new)).all()}
        await session.execute(sa.insert(PersonRole), [{"person_id": i, "role": "灾害信息员"} for i in ids.values()])
        addresses = [{"person_id": i, "channel": "wecom_app", "value": k, "folded": k} for k, i in ids.items()]
        await session.execute(sa.insert(Address), addresses)
        like = sa.select(Delivery).join(Person, col(Person.id) == col(Delivery.target_id))
        one = (
            await session.execute(
                like.where(col(Person.key) == "li", col(Delivery.asked), col(Delivery.target_kind) == "person")
            )
        ).scalars().first()  # fmt: skip
        assert one is not None
        copy = one.model_dump(exclude={"id", "target_id", "town_id"})
        await session.execute(sa.insert(Delivery), [{**copy, "target_id": i} for i in ids.values()])
    return {str(person["name"]) for person in people}

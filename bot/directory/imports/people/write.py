"""Writing planned people, with their roles and addresses. Set by set, never a query per row."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.people.plan import folded
from bot.directory.imports.people.states import OPENID_CHANNEL, USERID_CHANNEL, PersonState
from bot.directory.imports.plans import Item, Plan
from bot.directory.models import Address, Area, Person, PersonRole
from bot.directory.sets import delete_where, filled, insert_all, update_all
from bot.ids import uuid7
from bot.vault import Vault

CHANNELS = (("userid", USERID_CHANNEL), ("openid", OPENID_CHANNEL))


async def write_people(session: AsyncSession, vault: Vault, plan: Plan[PersonState], at: datetime) -> None:
    areas = {code: id_ for id_, code in await session.execute(sa.select(filled(col(Area.id)), col(Area.code)))}
    new = [_values(i, areas) | _phone(i, vault) | {"uid": uuid7(at)} for i in plan.adds]
    await insert_all(session, Person, new)
    await update_all(session, Person, [_values(i, areas) | {"id": i.id} for i in plan.updates])
    phones = [_phone(i, vault) | {"id": i.id} for i in plan.updates if i.state.phone is not None]
    await update_all(session, Person, phones)
    ids = {key: id_ for id_, key in await session.execute(sa.select(filled(col(Person.id)), col(Person.key)))}
    items = [*plan.adds, *plan.updates]
    await _write_roles(session, items, ids)
    await _write_addresses(session, items, ids)


def _values(item: Item[PersonState], areas: Mapping[str, int]) -> dict[str, object]:
    state = item.state
    return {
        "key": state.key, "name": state.name, "area_id": areas[state.area], "ab": state.ab, "language": state.language,
    }  # fmt: skip


def _phone(item: Item[PersonState], vault: Vault) -> dict[str, object]:
    phone = item.state.phone
    return {"phone_sealed": vault.seal(phone) if phone else None, "phone_digest": item.state.digest or None}


async def _write_roles(session: AsyncSession, items: Sequence[Item[PersonState]], ids: Mapping[str, int]) -> None:
    touched = [item for item in items if item.id is None or "角色" in item.changed]
    old = [item.id for item in touched if item.id is not None]
    await delete_where(session, PersonRole, col(PersonRole.person_id), old)
    roles = [{"person_id": ids[i.state.key], "role": role} for i in touched for role in sorted(i.state.roles)]
    await insert_all(session, PersonRole, roles)


async def _write_addresses(session: AsyncSession, items: Sequence[Item[PersonState]], ids: Mapping[str, int]) -> None:
    """Addresses that change go first, all of them, so that two people may change places."""
    touched = [i for i in items if i.id is None or {"企业微信账号", "公众号openid"} & set(i.changed)]
    old = [item.id for item in touched if item.id is not None]
    for _, channel in CHANNELS:
        await delete_where(session, Address, col(Address.person_id), old, col(Address.channel) == channel)
    addresses = [
        {"person_id": ids[i.state.key], "channel": channel, "value": value, "folded": folded(value, column)}
        for i in touched
        for column, channel in CHANNELS
        if (value := getattr(i.state, column))
    ]
    await insert_all(session, Address, addresses)

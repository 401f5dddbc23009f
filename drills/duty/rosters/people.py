"""Whom a cell of a roster means: by the county's own id, the telephone, the account, or a name that only one has."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.imports.cells import BadCell, phone, plain, tight
from bot.directory.models import Address, Person
from bot.directory.tree import Tree
from bot.vault import Vault


@dataclass(frozen=True)
class Known:
    """Everybody of the directory, and who has left: had an address, and has none that lives."""

    people: Sequence[Person]
    left: frozenset[int]
    accounts: dict[str, int]  # folded userid: person

    def named(self, name: str) -> list[Person]:
        return [one for one in self.people if one.name == name]


async def known_people(session: AsyncSession) -> Known:
    people = (await session.execute(sa.select(Person).order_by(col(Person.id)))).scalars().all()
    rows = await session.execute(
        sa.select(col(Address.person_id), col(Address.channel), col(Address.folded), col(Address.gone_at))
    )
    had, lives, accounts = set[int](), set[int](), dict[str, int]()
    for person_id, channel, folded, gone_at in rows:
        had.add(person_id)
        if gone_at is None:
            lives.add(person_id)
        if channel == "wecom_app":
            accounts[folded] = person_id
    return Known(people, frozenset(had - lives), accounts)


def whom(known: Known, vault: Vault, areas: Tree, area_id: int | None, name: str, key: str) -> Person:
    """Raises BadCell, which names the person and the mend. `key` is an id, an account or a telephone, or empty."""
    name = plain(name)
    found = _by_key(known, vault, key) if key.strip() else _by_name(known, areas, area_id, name)
    if not found:
        raise BadCell(f"通讯录里没有“{name or tight(key)}”。请核对，或先导入人员表。")
    if len(found) > 1:
        raise BadCell(f"有 {len(found)} 个{name}。请填编号、企业微信账号或手机号。")
    if name and found[0].name != name:
        raise BadCell(f"编号是{found[0].name}的，姓名写的是{name}。请改成一致的。")
    if found[0].id in known.left:
        raise BadCell(f"{found[0].name}已经离开（企业微信和公众号都没有他了）。请换人，或更新人员表。")
    return found[0]


def _by_key(known: Known, vault: Vault, key: str) -> list[Person]:
    text = tight(key).removesuffix(".0")
    account = known.accounts.get(text.lower())
    try:
        digest = vault.digest(phone(text))
    except BadCell:
        digest = ""
    return [
        one for one in known.people if one.key == text or one.id == account or (digest and one.phone_digest == digest)
    ]


def _by_name(known: Known, areas: Tree, area_id: int | None, name: str) -> list[Person]:
    """Of several with one name, those who stand in the post's own part of the county."""
    found = known.named(name)
    if len(found) > 1 and area_id is not None:
        inside = {node.id for node in areas.below(area_id)}
        found = [one for one in found if one.area_id in inside] or found
        own = [one for one in found if one.area_id == area_id]
        found = own if len(own) == 1 else found
    return found

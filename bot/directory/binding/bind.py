"""Joining a WeChat address to a person: by an invitation, by a phone number that the directory knows, or by an
administrator's word."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.binding.models import Binding, BindingState, Invitation
from bot.directory.imports.cells import phone_digits
from bot.directory.models import Address, Person
from bot.directory.sets import delete_where, insert_all
from bot.ids import uuid7
from bot.record.entries import content_digest, record
from bot.vault import Vault

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no look-alikes
LENGTH = 8
GOOD_FOR = timedelta(days=7)
FOLDED = "wecom_app"  # WeCom compares without case, the account with it


async def invite(session: AsyncSession, vault: Vault, person: Person, *, by: str, at: datetime) -> str:
    """A code for one person, good once within a week. Earlier codes of that person end."""
    codes = await _invite(session, vault, [person.id], by=by, at=at)
    record(session, by, "invitation.made", person.uid, at)
    return codes[person.id]


async def invite_all(
    session: AsyncSession, vault: Vault, people: Sequence[int], *, by: str, at: datetime
) -> dict[int, str]:
    """A code for each of these people, by their ids. Two statements, however many they are."""
    codes = await _invite(session, vault, people, by=by, at=at)
    named = content_digest(*(str(number) for number in sorted(codes)))
    record(session, by, "invitations.made", "people", at, count=len(codes), sha256=named)
    return codes


async def _invite(
    session: AsyncSession, vault: Vault, people: Sequence[int], *, by: str, at: datetime
) -> dict[int, str]:
    await delete_where(session, Invitation, col(Invitation.person_id), people)
    codes = {number: "".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for number in people}
    made = {"made_by": by, "made_at": at, "expires_at": at + GOOD_FOR}
    rows = [{"digest": vault.digest(f"invitation:{code}"), "person_id": n, **made} for n, code in codes.items()]
    await insert_all(session, Invitation, rows)
    return codes


async def accept(
    session: AsyncSession, vault: Vault, code: str, channel: str, address: str, at: datetime
) -> Person | None:
    """Bind whoever holds the code. None where it is unknown, used or over."""
    digest = vault.digest(f"invitation:{code.strip().upper()}")
    used = await session.execute(
        sa.update(Invitation)
        .where(col(Invitation.digest) == digest, col(Invitation.used_at).is_(None), col(Invitation.expires_at) > at)
        .values(used_at=at)
        .returning(col(Invitation.person_id))
    )
    found = used.scalar_one_or_none()
    person = await session.get(Person, found) if found is not None else None
    if person is not None:
        await attach(session, person, channel, address, by=f"person:{person.uid}", at=at)
    return person


async def ask(
    session: AsyncSession, vault: Vault, channel: str, address: str, *, name: str, phone: str, at: datetime
) -> Binding:
    """Somebody says who they are. Name and phone as the directory knows them bind at once, unless that person is
    reached at another address already: then an administrator decides, as in every other case."""
    digest = vault.digest(phone_digits(phone))
    known = await _known(session, name, digest)
    await session.execute(
        sa.delete(Binding).where(
            col(Binding.channel) == channel,
            col(Binding.address) == address,
            col(Binding.state) == BindingState.asked,
        )
    )
    asked = Binding(
        uid=uuid7(at),
        channel=channel,
        address=address,
        name=name[:64],
        phone_sealed=vault.seal(phone),
        phone_digest=digest,
        person_id=known.id if known else None,
        asked_at=at,
    )
    session.add(asked)
    await session.flush()
    record(session, "reader", "binding.asked", asked.uid, at, person=asked.person_id)
    if known is not None and not await _reached(session, known.id, channel, address):
        await decide(session, asked, known, by="system", at=at)
    return asked


async def decide(
    session: AsyncSession, asked: Binding, person: Person | None, *, by: str, at: datetime, word: str = ""
) -> bool:
    """Bind to `person`, or refuse where that is None. False where it was decided already, whoever did."""
    state = BindingState.bound if person else BindingState.refused
    values: dict[str, object] = {"state": state, "decided_at": at, "decided_by": by, "word": word[:255]}
    values |= {"person_id": person.id} if person is not None else {}
    first = await session.execute(
        sa.update(Binding)
        .where(col(Binding.id) == asked.id, col(Binding.state) == BindingState.asked)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if not first.rowcount:  # type: ignore[attr-defined]
        return False
    if person is not None:
        await attach(session, person, asked.channel, asked.address, by=by, at=at)
    record(session, by, f"binding.{asked.state.value}", asked.uid, at, person=asked.person_id)
    return True


async def attach(session: AsyncSession, person: Person, channel: str, address: str, *, by: str, at: datetime) -> None:
    """From now on the person is reached there, and nobody else is."""
    folded = fold(channel, address)
    await session.execute(
        sa.delete(Address).where(
            col(Address.channel) == channel,
            sa.or_(col(Address.folded) == folded, col(Address.person_id) == person.id),
        )
    )
    session.add(Address(person_id=person.id, channel=channel, value=address, folded=folded))
    record(session, by, "address.bound", person.uid, at, channel=channel)


async def left(session: AsyncSession, channel: str, address: str, at: datetime) -> bool:
    """Unfollowed, or no longer in the corp: nothing is sent there until they come back."""
    return await _mark(session, channel, address, gone_at=at)


async def came_back(session: AsyncSession, channel: str, address: str) -> bool:
    """They follow again: they are told as before."""
    return await _mark(session, channel, address, gone_at=None)


async def waiting(session: AsyncSession) -> list[Binding]:
    """What an administrator has to decide, oldest first."""
    wanted = select(Binding).where(col(Binding.state) == BindingState.asked).order_by(col(Binding.id))
    return list((await session.execute(wanted)).scalars().all())


def fold(channel: str, address: str) -> str:
    return address.lower() if channel == FOLDED else address


async def _known(session: AsyncSession, name: str, digest: str) -> Person | None:
    """The one person with this phone and this name; two with one phone are nobody."""
    wanted = select(Person).where(col(Person.phone_digest) == digest, col(Person.name) == name.strip())
    rows = (await session.execute(wanted.limit(2))).scalars().all()
    return rows[0] if len(rows) == 1 else None


async def _reached(session: AsyncSession, person_id: int, channel: str, address: str) -> bool:
    """Whether the person is reached anywhere else already, or the address is another's: name and number alone, which
    stand on many a notice board, then prove nothing."""
    here = (col(Address.channel) == channel) & (col(Address.folded) == fold(channel, address))
    wanted = sa.select(col(Address.person_id)).where(
        sa.or_(
            (col(Address.person_id) == person_id) & ~here,
            here & (col(Address.person_id) != person_id),
        ),
    )
    return (await session.execute(wanted.limit(1))).first() is not None


async def _mark(session: AsyncSession, channel: str, address: str, *, gone_at: datetime | None) -> bool:
    marked = await session.execute(
        sa.update(Address)
        .where(col(Address.channel) == channel, col(Address.folded) == fold(channel, address))
        .values(gone_at=gone_at)
        .returning(col(Address.person_id))
    )
    return marked.first() is not None

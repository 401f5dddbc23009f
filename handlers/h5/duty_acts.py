"""What one tap on 我的班 does: each is the reader's own word about herself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.errors import SignalTreeError
from drills.duty import handover
from drills.duty.models import Shift, Swapping
from drills.duty.now import OnShift, shifts
from drills.duty.owed import confirm, owed, present, refuse
from drills.duty.rosters.people import known_people
from drills.duty.rules import rules
from drills.duty.swaps import asking, deciding, told
from drills.duty.swaps.listed import Change, pending, waiting_for
from drills.duty.taking_over import to_take
from drills.reminders import soundings
from handlers.h5.identity import Reader


class Unnamed(SignalTreeError):
    """通讯录里没有找到这个人，或不止一个。请写全名，或空着，问问同事谁能顶。"""


@dataclass(frozen=True)
class Tap:
    """`said` is the form."""

    session: AsyncSession
    settings: Settings
    who: Reader
    person_id: int
    said: dict[str, str]
    at: datetime

    @property
    def by(self) -> str:
        return self.who.actor


async def _shift(tap: Tap) -> OnShift | None:
    mine = (col(Shift.person_id) == tap.person_id, col(Shift.uid) == tap.said.get("shift", ""))
    found = await shifts(tap.session, await rules(tap.session), *mine, col(Shift.ends_at) > tap.at)
    return next(iter(found), None)


async def _comes(tap: Tap) -> None:
    if found := await _shift(tap):
        await confirm(tap.session, found.shift, by=tap.by, at=tap.at)


async def _cannot(tap: Tap) -> None:
    if found := await _shift(tap):
        await refuse(tap.session, found.shift, by=tap.by, at=tap.at)


async def _present(tap: Tap) -> None:
    asked = await owed(tap.session, tap.person_id, tap.at)
    if asked and asked.check:
        await present(tap.session, asked.check, by=tap.by, at=tap.at)


async def _take_over(tap: Tap) -> None:
    if found := await to_take(tap.session, tap.person_id, tap.at):
        await handover.confirm(tap.session, found[0], by=tap.by, at=tap.at)


async def _here(tap: Tap) -> None:
    await soundings.answered(tap.session, tap.person_id, by=tap.by, at=tap.at)


async def _swap(tap: Tap) -> None:
    """Ask for it; without a name every colleague is asked."""
    found, name = await _shift(tap), tap.said.get("to", "").strip()
    if found is None:
        return
    named = (await known_people(tap.session)).named(name) if name else []
    if name and len(named) != 1:
        raise Unnamed
    taker = named[0] if name else None
    made = await asking.ask(tap.session, tap.settings.zone, found, taker, None, by=tap.by, at=tap.at)
    await told.asked(tap.session, tap.settings, made, tap.at)


async def _withdraw(tap: Tap) -> None:
    found = await _shift(tap)
    for change in await pending(tap.session, [found.shift.id]) if found else []:
        if change.giver.id == tap.person_id:
            await asking.close(tap.session, change.swap, Swapping.ended, by=tap.by, at=tap.at)


async def _asked(tap: Tap) -> Change | None:
    """The change that waits for the reader, if it is the one that the page showed."""
    found = await waiting_for(tap.session, tap.person_id, tap.at)
    return found if found and found.swap.uid == tap.said.get("swap") else None


async def _yes(tap: Tap) -> None:
    one = await _asked(tap)
    if one is None or tap.who.person is None:
        return
    zone, person = tap.settings.zone, tap.who.person
    if one.swap.state is Swapping.accepted:
        done = await deciding.approve(tap.session, zone, one, by=tap.by, at=tap.at)
    else:
        done = await asking.accept(tap.session, zone, one, person, by=tap.by, at=tap.at)
    now = await asking.again(tap.session, one)
    if done and now.swap.state is Swapping.accepted:
        await told.accepted(tap.session, tap.settings, now, tap.at)
    elif done:
        await told.decided(tap.session, tap.settings, now, tap.at)


async def _no(tap: Tap) -> None:
    one = await _asked(tap)
    if one is None or one.swap.state is Swapping.open:
        return
    if one.swap.state is Swapping.accepted:
        done = await deciding.refuse(tap.session, one, by=tap.by, at=tap.at)
    else:
        done = await asking.decline(tap.session, one, by=tap.by, at=tap.at)
    if done:
        await told.decided(tap.session, tap.settings, await asking.again(tap.session, one), tap.at)


ACTS: dict[str, Callable[[Tap], Awaitable[None]]] = {
    "confirm": _comes,
    "cannot": _cannot,
    "present": _present,
    "take_over": _take_over,
    "here": _here,
    "swap": _swap,
    "withdraw": _withdraw,
    "yes": _yes,
    "no": _no,
}

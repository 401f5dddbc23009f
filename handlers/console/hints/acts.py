"""What an officer can do with a hint, by the word that the form sends. Each answers whether the reporter could be told,
None where there is nothing to tell."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.directory.tree import Tree
from handlers.console.scope import Scope
from handlers.hints.deciding.assign import Order, assign
from handlers.hints.deciding.decide import NoOther, NoSuchPlace, accept, area_named, decline, give_back, join
from handlers.hints.deciding.finish import close, reject, reward
from handlers.hints.models import Hint
from handlers.hints.queries import of_number


@dataclass(frozen=True)
class Act:
    """One press."""

    session: AsyncSession
    deps: Deps
    areas: Tree
    hint: Hint
    form: Mapping[str, str]
    by: str
    mine: Scope
    at: datetime

    def typed(self, name: str) -> str:
        return self.form.get(name, "").strip()


Doing = Callable[[Act], Awaitable[bool | None]]


async def _accept(a: Act) -> bool:
    """Only a place in the officer's own part may be said."""
    if a.typed("where") and not a.mine.holds(area_named(a.areas, a.typed("where"))):
        raise NoSuchPlace
    return await accept(
        a.session, a.deps.settings, a.deps.vault, a.areas, a.hint, domain=a.typed("domain"),
        severity=a.typed("severity"), where=a.typed("where"), word=a.typed("word"), by=a.by, at=a.at,
    )  # fmt: skip


async def _return(a: Act) -> bool:
    return await give_back(a.session, a.deps.settings, a.deps.vault, a.hint, word=a.typed("word"), by=a.by, at=a.at)


async def _decline(a: Act) -> bool:
    return await decline(a.session, a.deps.settings, a.deps.vault, a.hint, word=a.typed("word"), by=a.by, at=a.at)


async def _join(a: Act) -> bool:
    """Only with what lies in the officer's own part."""
    other = await of_number(a.session, a.typed("number"), a.hint.road)
    if other is not None and not a.mine.holds(other.area_id):
        raise NoOther
    return await join(a.session, a.deps.settings, a.deps.vault, a.hint, other, by=a.by, at=a.at)


async def _assign(a: Act) -> bool:
    order = Order(a.typed("person"), a.typed("measures"), a.typed("due"), a.typed("funds"), a.typed("plan"))
    return await assign(a.session, a.deps.settings, a.deps.vault, a.areas, a.hint, order, by=a.by, at=a.at)


async def _close(a: Act) -> bool:
    rewarded = a.typed("reward") == "1"
    return await close(
        a.session, a.deps.settings, a.deps.vault, a.hint, word=a.typed("word"), reward=rewarded, by=a.by,
        at=a.at,
    )  # fmt: skip


async def _reject(a: Act) -> None:
    await reject(a.session, a.deps.settings, a.areas, a.hint, word=a.typed("word"), by=a.by, at=a.at)


async def _reward(a: Act) -> None:
    await reward(a.session, a.hint, on=a.typed("on") == "1", word=a.typed("word"), by=a.by, at=a.at)


ACTS: dict[str, Doing] = {
    "accept": _accept,
    "return": _return,
    "decline": _decline,
    "join": _join,
    "assign": _assign,
    "close": _close,
    "reject": _reject,
    "reward": _reward,
}

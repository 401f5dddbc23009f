"""派人: who mends it, how, and by when. 报办分离: whoever told a hint does not mend it; who told it anonymously, and is
asked, gives it back without a word like anybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.queries import Hearer, people
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from bot.vault import Vault
from handlers.hints.deadlines.due import begin
from handlers.hints.deadlines.rules import OWN, rule_for
from handlers.hints.deciding.decide import decided
from handlers.hints.models import Hint, State
from handlers.hints.reporters.told import tell_assignee, tell_reporter
from handlers.hints.reporters.who import told_by

UNTIL = time(17, 30)  # of the last day
FARTHEST = timedelta(days=366)
FIRST = ("网格员", "灾害信息员")  # who is offered first


class NotThey(SignalTreeError):
    """没有派：这个人不能办这一条。报和办要分开，人要在这个地方的名册里并且能收到消息。请另选一个人。"""


class NoMeasures(SignalTreeError):
    """没有派：请写要怎么整改，办的人照着做。"""


class BadTime(SignalTreeError):
    """没有派：时限要写成 2026-07-20 这样的日子，从今天起一年以内。"""


@dataclass(frozen=True)
class Order:
    """五落实: 责任 `person_uid`, 措施, 资金, 时限 (empty: as the rule says), 预案."""

    person_uid: str
    measures: str
    due: str = ""
    funds: str = ""
    plan: str = ""


async def candidates(session: AsyncSession, vault: Vault, areas: Tree, hint: Hint) -> list[Hearer]:
    """Who may be asked: of that place's town and above it, who hears us and has not told it; its own people first. Of
    an anonymous hint whoever told it stands among them like everybody else: who is missing would be known."""
    node = areas.nodes[hint.area_id]
    inside = node.town_id or node.id
    above = [up.id for up in areas.up(inside) if up.id != inside]
    found = await people(session, inside=inside if node.town_id else None)
    if above:
        found += await people(session, areas=above)
    teller = None if hint.anonymous else told_by(vault, hint).person_id
    able = [one for one in found if one.addresses and one.id != teller]
    here = [up.id for up in areas.up(hint.area_id)]

    def nearness(one: Hearer) -> tuple[bool, int, bool, str]:
        far = here.index(one.area_id) if one.area_id in here else len(here)
        return one.area_id != hint.area_id, far, not one.roles & set(FIRST), one.name

    return sorted(able, key=nearness)


async def assign(
    session: AsyncSession, settings: Settings, vault: Vault, areas: Tree, hint: Hint, order: Order, *, by: str,
    at: datetime,
) -> bool:  # fmt: skip
    """It goes to one person, who is told at once; to another where somebody has it. Whether the reporter could be told.
    Raises NotThey, NoMeasures, BadTime, Decided."""
    chosen = _chosen(await candidates(session, vault, areas, hint), order.person_uid)
    measures = order.measures.strip()[:500]
    if not measures:
        raise NoMeasures
    due_at, basis = await _time(session, settings, hint, order.due, at)
    again = hint.state is State.assigned
    await decided(
        session, hint, State.assigned, "reassigned" if again else "assigned", "", by, at, assignee_id=chosen.id,
        measures=measures, funds=order.funds.strip()[:120], plan=order.plan.strip()[:255], due_at=due_at, basis=basis,
        done_at=None,
    )  # fmt: skip
    await begin(session, hint, at, settings.zone)
    await tell_assignee(session, settings, areas, hint, "task", at)
    return await tell_reporter(session, settings, vault, hint, "assigned", at)


async def cannot(session: AsyncSession, hint: Hint, *, word: str, by: str, at: datetime) -> bool:
    """Whoever has it cannot mend it: it waits for another. False where it is no longer theirs."""
    if hint.state is not State.assigned:
        return False
    await decided(session, hint, State.accepted, "cannot", word, by, at, assignee_id=None, due_at=None, basis="")
    return True


def _chosen(able: Sequence[Hearer], uid: str) -> Hearer:
    chosen = next((one for one in able if one.uid == uid), None)
    if chosen is None:
        raise NotThey
    return chosen


async def _time(
    session: AsyncSession, settings: Settings, hint: Hint, typed: str, at: datetime
) -> tuple[datetime, str]:
    """The end of the last day, and by which paper."""
    today = at.astimezone(settings.zone).date()
    rule = await rule_for(session, hint, today)
    last = today + timedelta(days=rule.days if rule else 0)
    if typed.strip():
        last = _day(typed.strip())
    elif rule is None:
        raise BadTime
    until = datetime.combine(last, UNTIL, settings.zone)
    if not at < until <= at + FARTHEST:
        raise BadTime
    ruled = rule is not None and last == today + timedelta(days=rule.days)
    return until, rule.basis if rule is not None and ruled else OWN


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadTime from None

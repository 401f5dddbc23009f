"""A sending before it is written: who hears an alert, and what they read, in how few calls. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel import select as pick

from bot.config import Settings
from bot.db.bites import give_way
from bot.directory.tree import Tree, tree
from broadcasts.alerts.models import Alert
from broadcasts.audience.choice import Choice
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.places import Hit
from broadcasts.audience.rules import ALERT, ALL_CLEAR, Occasion, matching
from broadcasts.audience.select import Target, select
from broadcasts.customers.allowance import within
from broadcasts.dispatch.alert import RANKS, alert_text, place, rank, tail
from broadcasts.dispatch.byhand import forwarders, keepers
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import asks_of
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_forms import AlertForms
from broadcasts.dispatch.texts.alert_text import AlertText, headline
from broadcasts.dispatch.texts.changed import changed
from broadcasts.dispatch.texts.own_words import OWN
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.subscriptions.consents import consented
from broadcasts.subscriptions.select import followers


@dataclass(frozen=True)
class Draft:
    """A sending before it is written. `asks` is what the officer is asked afterwards, `head` its first line, `full` are
    customers' groups that have had as many messages as the platform allows."""

    purpose: Purpose
    plan: Plan
    asks: tuple[str, ...]
    code: str  # of the page that its messages link to
    head: str
    full: tuple[int, ...] = ()


async def draft(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    hit: Hit,
    *,
    at: datetime,
    replaces: Sequence[Alert] = (),
    choice: Choice | None = None,
) -> Draft:
    """What `issue` would send now."""
    areas, purpose = await tree(session), _purpose(alert, replaces)
    targets = await _hearing(session, settings, alert, areas, hit, purpose, replaces, choice, at)
    roads, code = open_roads(settings), await page_code(session)
    targets, full = await within(session, settings, targets, at, red=any(rank(one) == 0 for one in (alert, *replaces)))
    targets = await consented(session, settings, targets)
    targets = await forwarders.given(session, areas, targets, roads)
    targets = await keepers.kept(session, targets, roads, at)
    text = await _text(session, settings, alert, areas, hit, purpose, replaces, at, code)
    made = await _plan(text, areas, targets)
    ended = alert.expires or purpose is Purpose.all_clear or alert.kind in OWN
    asks = sorted(hit.asks | (set() if ended else {"no_end"}))
    head = headline(alert, purpose, text.change, text.place)
    return Draft(purpose, made, tuple(asks), code, head, tuple(full))


async def _hearing(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    areas: Tree,
    hit: Hit,
    purpose: Purpose,
    replaces: Sequence[Alert],
    choice: Choice | None,
    at: datetime,
) -> list[Target]:
    """Whoever the rules name, and all who were told what it replaces. An all-clear goes to these alone; where nobody
    was told, to whoever the rules name."""
    clear, told = purpose is Purpose.all_clear, await _told(session, replaces)
    rules = await _rules(session, settings, alert, purpose, at)
    if choice is not None:
        rules = choice.rules(rules)
    targets = await select(session, areas, hit.areas, rules, also=told)
    targets += await followers(
        session,
        areas,
        hit.areas,
        event_code=alert.event_code,
        grade=alert.grade,
        at=at,
        zone=settings.zone,
        also=told,
        staff={t.id for t in targets if t.kind == "person"},
        clear=clear or (choice is not None and not choice.residents),
    )
    return [t for t in targets if (t.kind, t.id) in told] if clear and told else targets


async def _rules(
    session: AsyncSession, settings: Settings, alert: Alert, purpose: Purpose, at: datetime
) -> list[AudienceRule]:
    local = at.astimezone(settings.zone)
    message = ALL_CLEAR if purpose is Purpose.all_clear else ALERT
    rows = (await session.execute(pick(AudienceRule))).scalars().all()
    return matching(rows, Occasion(message, alert.event_code, alert.grade, local.hour, local.date()))


async def _told(session: AsyncSession, replaces: Sequence[Alert]) -> set[tuple[str, int]]:
    """Everyone who was a target of what is replaced, whatever became of that copy."""
    if not replaces:
        return set()
    rows = await session.execute(
        sa.select(col(Delivery.target_kind), col(Delivery.target_id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(col(Broadcast.alert_id).in_([old.id for old in replaces]), col(Broadcast.subject) == "")
        .distinct()
    )
    return {(kind, number) for kind, number in rows}


async def _text(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    areas: Tree,
    hit: Hit,
    purpose: Purpose,
    replaces: Sequence[Alert],
    at: datetime,
    code: str,
) -> AlertText:
    before = max(replaces, key=lambda old: old.sent) if replaces else None
    text = await alert_text(session, settings, alert, areas, place(areas, hit), at=at, code=code)
    change = changed(before, alert, at, settings.zone) if before else None
    return replace(text, purpose=purpose, change=change)


async def _plan(text: AlertText, areas: Tree, targets: Sequence[Target]) -> Plan:
    urgent = text.alert.grade in RANKS and not text.clear
    readers: tuple[list[Target], list[Target]] = ([], [])  # who is not asked, and who is
    for target in targets:
        readers[asks_of(text.purpose, target)].append(target)
    plans = []
    for asked, mine in zip((False, True), readers, strict=True):
        await give_way()
        said = replace(text, asked=asked)
        forms, open_ = AlertForms(said), text.roads.of(text.purpose)
        plans.append(plan(mine, said.write, lambda t: tail(areas, t, text.phones), open_, forms, urgent=urgent))
    await give_way()
    return merged(plans)


def _purpose(alert: Alert, replaces: Sequence[Alert]) -> Purpose:
    if alert.msg_type == "Cancel":
        return Purpose.all_clear
    return Purpose.update if replaces else Purpose.first

"""Issuing an alert: who hears it, what they read, in how few calls; and what it replaces is let go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel import select as pick

from bot.config import Settings
from bot.directory.lines.now import Lines, lines
from bot.directory.tree import Tree, tree
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.choice import Choice
from broadcasts.audience.models import Advice, AudienceRule
from broadcasts.audience.places import Hit
from broadcasts.audience.rules import ALERT, ALL_CLEAR, Occasion, matching
from broadcasts.audience.select import Target, select
from broadcasts.customers.allowance import within
from broadcasts.dispatch.byhand import forwarders, keepers
from broadcasts.dispatch.leftovers import close_leftovers
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, asks_of, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.supersede import supersede
from broadcasts.dispatch.texts.alert_forms import AlertForms
from broadcasts.dispatch.texts.alert_text import AlertText, headline
from broadcasts.dispatch.texts.changed import changed
from broadcasts.dispatch.texts.marks import Mismarked
from broadcasts.dispatch.texts.own_words import OWN
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.climb import climb
from broadcasts.ladder.close import over
from broadcasts.subscriptions.consents import consented
from broadcasts.subscriptions.select import followers

RANKS = {Grade.red: 0, Grade.orange: 2}
OTHERS = 3
NAMED = 2  # places that a first line names before it counts them
NO_END = timedelta(hours=24)  # how long copies of an alert without an end are still tried
DIGEST_HOUR, DIGEST_MINUTE = 7, 10  # 早间汇总, away from :00 and :30


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


async def issue(
    session: AsyncSession,
    settings: Settings,
    alert: Alert,
    hit: Hit,
    *,
    by: str,
    at: datetime,
    replaces: Sequence[Alert] = (),
    choice: Choice | None = None,
) -> Broadcast:
    """Send `alert` to whoever the rules name in the areas it hits, and to all who were told what it replaces. A drill
    never comes here: raises Mismarked."""
    if Kind.drill in {alert.kind, *(old.kind for old in replaces)}:
        raise Mismarked
    made = await draft(session, settings, alert, hit, at=at, replaces=replaces, choice=choice)
    sending = Sending(
        made.purpose,
        rank(alert),
        due_times(settings, at),
        alert.expires or at + NO_END,
        alert.id,
        asks=",".join(made.asks)[:64],
        code=made.code,
    )
    broadcast = await write(session, made.plan, sending, by=by, at=at)
    for old in replaces:
        old.status, old.ended_at, old.replaced_by = Status.ended, at, alert.uid
        session.add(old)
    gone = [old.id for old in replaces if old.id]
    await supersede(session, gone, at=at, by=by)
    await over(session, gone, reason="cancelled" if made.purpose is Purpose.all_clear else "superseded", at=at)
    await close_leftovers(session, gone, cleared=made.purpose is Purpose.all_clear, at=at)
    await forwarders.ask(session, settings, broadcast, made.plan, await tree(session), sending, at)
    await keepers.ask(session, settings, broadcast, made.plan, sending, at, made.head)
    alert.status = Status.issued
    await climb(session, settings, broadcast, alert, at)
    return broadcast


def rank(alert: Alert) -> int:
    """The order in which copies leave. A drill goes after everything that is live, whatever colour is practised."""
    if alert.kind is Kind.drill:
        return OTHERS
    return RANKS.get(alert.grade, OTHERS) if alert.grade else OTHERS


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
    """What `issue` would send now; nothing is written."""
    areas = await tree(session)
    purpose = _purpose(alert, replaces)
    rules = await _rules(session, settings, alert, purpose, at)
    if choice is not None:
        rules = choice.rules(rules)
    told = await _told(session, replaces)
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
        clear=purpose is Purpose.all_clear or (choice is not None and not choice.residents),
    )
    if purpose is Purpose.all_clear:
        targets = [t for t in targets if (t.kind, t.id) in told] if told else targets
    roads, code = open_roads(settings), await page_code(session)
    targets, full = await within(session, settings, targets, at)
    targets = await consented(session, settings, targets)
    targets = await forwarders.given(session, areas, targets, roads)
    targets = await keepers.kept(session, targets, roads, at)
    text = await _text(session, settings, alert, areas, hit, purpose, replaces, at, code)
    made = _plan(text, areas, targets)
    ended = alert.expires or purpose is Purpose.all_clear or alert.kind in OWN
    asks = sorted(hit.asks | (set() if ended else {"no_end"}))
    head = headline(alert, purpose, text.change, text.place)
    return Draft(purpose, made, tuple(asks), code, head, tuple(full))


def due_times(settings: Settings, at: datetime) -> dict[Mode, datetime]:
    """From when each mode may leave: at once, or with the morning's digest."""
    local = at.astimezone(settings.zone)
    morning = local.replace(hour=DIGEST_HOUR, minute=DIGEST_MINUTE, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return {Mode.wake: at, Mode.quiet: at, Mode.digest: morning}


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


def _plan(text: AlertText, areas: Tree, targets: Sequence[Target]) -> Plan:
    plans, purpose = [], text.purpose
    urgent = text.alert.grade in RANKS and not text.clear
    for asked in (False, True):
        mine = [t for t in targets if asks_of(purpose, t) is asked]
        said = replace(text, asked=asked)
        forms, open_ = AlertForms(said), text.roads.of(purpose)
        plans.append(plan(mine, said.write, lambda t: tail(areas, t, text.phones), open_, forms, urgent=urgent))
    return merged(plans)


async def alert_text(
    session: AsyncSession, settings: Settings, alert: Alert, areas: Tree, where: str, *, at: datetime, code: str
) -> AlertText:
    """What the alert says now, for whoever is told for the first time and not asked."""
    advice = (await session.execute(pick(Advice))).scalars().all()
    phones, roads, zone = await lines(session, areas, at), open_roads(settings), settings.zone
    return AlertText(alert, Purpose.first, None, where, phones.county, advice, at, zone, roads, code, phones=phones)


def place(areas: Tree, hit: Hit) -> str:
    """Where, in the few letters of a first line: 青崖县, 柳湾镇、石门乡, or 柳湾镇等7处."""
    names = [areas.nodes[area].name for area in sorted(hit.areas, key=lambda area: areas.nodes[area].code)]
    return "、".join(names) if len(names) <= NAMED else f"{names[0]}等{len(names)}处"


def tail(areas: Tree, target: Target, phones: Lines | None) -> str:
    """A group's own line: its place and the duty phone that serves it."""
    phone = (phones or Lines(areas, {})).of(target.area_id)
    return f"{areas.nodes[target.area_id].name} 值班电话 {phone}".strip()


def _purpose(alert: Alert, replaces: Sequence[Alert]) -> Purpose:
    if alert.msg_type == "Cancel":
        return Purpose.all_clear
    return Purpose.update if replaces else Purpose.first


async def _rules(
    session: AsyncSession, settings: Settings, alert: Alert, purpose: Purpose, at: datetime
) -> list[AudienceRule]:
    local = at.astimezone(settings.zone)
    message = ALL_CLEAR if purpose is Purpose.all_clear else ALERT
    rows = (await session.execute(pick(AudienceRule))).scalars().all()
    return matching(rows, Occasion(message, alert.event_code, alert.grade, local.hour, local.date()))


async def _told(session: AsyncSession, replaces: Sequence[Alert]) -> set[tuple[str, int]]:
    """Everyone who was a target of what is replaced, whatever became of that copy."""
    rows = await session.execute(
        sa.select(col(Delivery.target_kind), col(Delivery.target_id))
        .join(Broadcast, col(Broadcast.id) == col(Delivery.broadcast_id))
        .where(col(Broadcast.alert_id).in_([old.id for old in replaces]), col(Broadcast.subject) == "")
        .distinct()
    )
    return {(row[0], row[1]) for row in rows}

"""What a copy said, for its target's next road: rendered anew for that road where it speaks of an alert, else the same
words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.models import ABRole, Person
from bot.directory.tree import Tree, tree
from broadcasts.alerts.models import Alert
from broadcasts.answers.counted import Silent, silent
from broadcasts.answers.models import Answer
from broadcasts.audience.select import Target
from broadcasts.dispatch.alert import as_sent, tail
from broadcasts.dispatch.failover.scopes import RUNGS
from broadcasts.dispatch.failover.stuck import Stuck
from broadcasts.dispatch.models import Broadcast, Text
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import asks_of
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.addressed import whole
from broadcasts.dispatch.texts.alert_forms import forms_of
from broadcasts.dispatch.texts.alert_text import Again, AlertText
from broadcasts.dispatch.texts.drill_forms import DrillForms, marked_tail
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.render import numbered
from broadcasts.ladder.instead import ABOVE, called
from broadcasts.ladder.times import times

Copy = tuple[Stuck, Target]  # what is stuck, and whom it is for with the roads that are left


class Saying(Protocol):
    """`copies` are of one purpose and number."""

    async def plan(self, session: AsyncSession, copies: Sequence[Copy], roads: frozenset[str]) -> Plan: ...


@dataclass(frozen=True)
class OfAnAlert:
    """A warning's or a drill's own words. `text` is what the first copies said."""

    text: AlertText
    areas: Tree
    broadcast: Broadcast

    async def plan(self, session: AsyncSession, copies: Sequence[Copy], roads: frozenset[str]) -> Plan:
        purpose, number = copies[0][0].purpose, copies[0][0].ordinal
        if purpose not in RUNGS:
            return self._planned([target for _, target in copies], replace(self.text, purpose=purpose), roads)
        first = replace(self.text, purpose=Purpose.first, change=None)
        targets = [target for _, target in copies]
        if purpose is Purpose.instead:
            cannot = await self._who_cannot(session, number)
            return self._planned(targets, replace(first, again=cannot), roads) if cannot else Plan()
        number = await times(session, self.broadcast.id, number)
        if purpose is Purpose.reminder:
            return self._planned(targets, replace(first, again=Again(number)), roads)
        quiet = [one for one in await silent(session, self.broadcast.id) if one.ab == ABRole.A]
        named = [(target, self._silent_a(target, quiet, number)) for target in targets]
        return merged([self._planned([t], replace(first, again=again), roads) for t, again in named if again])

    def _planned(self, targets: Sequence[Target], text: AlertText, roads: frozenset[str]) -> Plan:
        plans = []
        for asked in (False, True):
            mine = [target for target in targets if asks_of(text.purpose, target) is asked]
            said = replace(text, asked=asked)
            plans.append(plan(mine, said.write, self._tail, roads, forms_of(said)))
        return merged(plans)

    def _tail(self, target: Target) -> str:
        line = tail(self.areas, target, self.text.phones)
        return marked_tail(line) if self.broadcast.drill else line

    def _silent_a(self, target: Target, quiet: Sequence[Silent], number: int) -> Again | None:
        """None where every A of the place has answered meanwhile."""
        names = "、".join(one.name for one in quiet if one.area_id == target.area_id)
        return Again(number, names, self.areas.nodes[target.area_id].name) if names else None

    async def _who_cannot(self, session: AsyncSession, number: int) -> Again | None:
        answer = await session.get(Answer, number - ABOVE)
        person = await session.get(Person, answer.person_id) if answer else None
        if person is None:
            return None
        return Again(number, cannot=called(person), village=self.areas.nodes[person.area_id].name)


@dataclass(frozen=True)
class OfAService:
    """The same words, as they were written for the first road; where that holds a pointer alone, as they were kept."""

    settings: Settings
    broadcast: Broadcast

    async def plan(self, session: AsyncSession, copies: Sequence[Copy], roads: frozenset[str]) -> Plan:
        plans = []
        for text_id in dict.fromkeys(stuck.text_id for stuck, _ in copies):
            mine = [(stuck, target) for stuck, target in copies if stuck.text_id == text_id]
            if said := self.broadcast.said or whole(await session.get(Text, text_id)):
                plans.append(self._planned(mine, said, roads))
        return merged(plans)

    def _planned(self, copies: Sequence[Copy], said: str, roads: frozenset[str]) -> Plan:
        sent, tails = self.broadcast, {(t.kind, t.id): stuck.tail for stuck, t in copies}
        plainly = ServiceForms(open_roads(self.settings), sent.code, sent.started_at, self.settings.zone, sent.link)
        return plan(
            [target for _, target in copies],
            lambda channel, role, language, limit: numbered(said, limit) if len(said.encode()) > limit else [said],
            lambda target: tails[target.kind, target.id],
            roads,
            DrillForms(plainly) if sent.drill else plainly,
        )


async def saying(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert | None, at: datetime
) -> Saying:
    if broadcast.subject or alert is None:
        return OfAService(settings, broadcast)
    areas = await tree(session)
    return OfAnAlert(await as_sent(session, settings, broadcast, alert, areas, at), areas, broadcast)

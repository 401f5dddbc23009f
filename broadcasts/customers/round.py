"""One round over the tasks whose turn it is: the platform is asked, then what it said is written down. No transaction
is open across the network."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import SendError
from bot.deps import Deps
from bot.wechat.customer_contact import Contact
from broadcasts.customers import results, tasks
from broadcasts.customers.models import Ending, GroupTask
from broadcasts.customers.tasks import Due

log = logging.getLogger(__name__)
CANCELLED, ENOUGH = "cancelled", "reminded_enough"  # what the table of codes calls 41093 and 41094
Told = tuple[bool, dict[str, int], bool, str, float]  # confirmed, results, reminded, the error's reason, its wait


async def look(deps: Deps, contacts: Mapping[str, Contact]) -> int:
    """Look at what is due, `contacts` by road. How many tasks were looked at."""
    at = deps.clock.now()
    async with deps.begin() as session:
        await tasks.adopt(session, at)
        found = await tasks.due(session, deps.settings.customer_group_remind, at)
    for one in found:
        told = await _ask(contacts.get(one.task.road.value), one)
        async with deps.begin() as session:
            task = await session.get(GroupTask, one.task.id, with_for_update=True)
            if task is not None and task.closed_at is None:
                await _write(session, task, one, told, deps.clock.now())
    return len(found)


async def _ask(contact: Contact | None, one: Due) -> Told:
    """What the platform says of the task, and once it is over that nobody shall confirm it."""
    task, said, sent, took = one.task, False, dict[str, int](), False
    if contact is None:
        return said, sent, took, "no_road", 0.0
    try:
        said = task.confirmed_at is not None or await contact.confirmed(task.message_id, task.sender)
        sent = await contact.results(task.message_id, task.sender) if said else {}
        if one.over and not said:
            await contact.cancel(task.message_id)
        elif one.remind and not said:
            await contact.remind(task.message_id)
            took = True
    except SendError as error:
        log.warning("task %d: %s", task.id, error.reason)
        return said, sent, took, error.reason, error.wait
    return said, sent, took, "", 0.0


async def _write(session: AsyncSession, task: GroupTask, one: Due, told: Told, at: datetime) -> None:
    confirmed, sent, took, reason, wait = told
    if confirmed and task.confirmed_at is None:
        task.confirmed_at = at
    left = await results.keep(session, task, sent)
    if took or reason == ENOUGH:
        tasks.reminded(task, at, enough=reason == ENOUGH)
    tasks.later(task, at, wait)
    session.add(task)
    if not left:
        await tasks.close(session, task, Ending.settled, at)
    elif reason == CANCELLED or (one.over and not confirmed and not reason):
        await results.give_up(session, task, "superseded" if one.over else CANCELLED)
        await tasks.close(session, task, Ending.cancelled, at)
    elif one.over and confirmed and not reason:
        await tasks.close(session, task, Ending.over, at)  # confirmed; of the rest the platform says nothing
    elif at - task.made_at > tasks.KEPT:
        await results.give_up(session, task, "unconfirmed")
        await tasks.close(session, task, Ending.over, at)

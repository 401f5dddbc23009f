"""What is due of groups: what their members confirm, who they are, how many."""

import logging

from bot.channels.contract import SendError
from bot.deps import Deps
from bot.directory.chats.sizes import ask_sizes
from bot.directory.customers.sync import refresh
from bot.wechat.customer_contact import contacts
from broadcasts.customers import round as customer_round
from broadcasts.customers import tasks as customer_tasks
from broadcasts.dispatch.failover import unconfirmed

log = logging.getLogger(__name__)


async def confirmations(deps: Deps) -> None:
    """Ask what became of messages that a member must confirm, and remind whoever has not."""
    if not deps.settings.wecom_customer_groups:
        return
    async with deps.glance() as session:
        due = await customer_tasks.anything_due(session, deps.clock.now())
    if due:
        async with contacts(deps.settings, deps.clock) as by_road:
            await customer_round.look(deps, by_road)


async def customer_groups(deps: Deps) -> None:
    """Keep the list of customers' groups and who owns them."""
    async with contacts(deps.settings, deps.clock) as by_road:
        if contact := by_road.get("live"):
            try:
                await refresh(deps, contact, by="system")
            except SendError as error:
                log.warning("customers' groups: %s", error.reason)


async def unconfirmed_groups(deps: Deps) -> None:
    """Give what nobody confirms for a customers' group the next road."""
    if deps.settings.wecom_customer_groups:
        await unconfirmed.sweep_due(deps, deps.clock.now())


async def chat_sizes(deps: Deps) -> None:
    """Ask how many there are in the application's own groups."""
    await ask_sizes(deps)

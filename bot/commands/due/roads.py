"""What is due of the roads: what a copy travels on next, and what is gathered for the morning."""

from bot.deps import Deps
from broadcasts.clips.messages import follow as clip_follow
from broadcasts.clips.messages import media as clip_media
from broadcasts.clips.messages import renew as clip_renew
from broadcasts.dispatch.failover import sweep as failover
from broadcasts.dispatch.masses.following import otherwise as masses_otherwise
from broadcasts.dispatch.masses.following import owing as masses_owing
from broadcasts.dispatch.morning.digest import merge_due
from broadcasts.dispatch.sending.reported import bring_due as bring_early
from broadcasts.subscriptions.tags import sweep as account_tags
from handlers.chat.conversations.windows import Conversations


async def fail_over(deps: Deps) -> None:
    """Give what waits for a road that is down, slow or spent, or failed on it, the next one."""
    await failover.sweep_due(deps, deps.clock.now(), Conversations())


async def early(deps: Deps) -> None:
    """Take up what a platform reported of a copy before its answer was written down."""
    await bring_early(deps, deps.clock.now())


async def digest(deps: Deps) -> None:
    """Make one message of what waits for the morning."""
    await merge_due(deps, deps.clock.now())


async def follow_masses(deps: Deps) -> None:
    """Ask for what is owed to whoever had a mass send; tell whoever that does not reach in another way; and ring no
    more for what nobody can agree to."""
    now = deps.clock.now()
    async with deps.glance() as session:
        owed = await masses_owing.anything_due(session)
    if owed:
        await masses_owing.sweep_due(deps, now)
    async with deps.glance() as session:
        due = await masses_otherwise.anything_due(session, now)
    if due:
        await masses_otherwise.sweep_due(deps, Conversations(), now)


async def clip_files(deps: Deps) -> None:
    """Keep the county's recordings with WeCom, so that they are there when a warning comes."""
    await clip_media.keep_due(deps, deps.clock.now())


async def clips(deps: Deps) -> None:
    """Send recordings behind the texts that have left."""
    await clip_follow.follow_due(deps, deps.clock.now())
    await clip_renew.renew_due(deps, deps.clock.now())


async def tags(deps: Deps) -> None:
    """Bring followers under the account's tags."""
    await account_tags.sweep_due(deps, deps.clock.now())


async def tags_stopped(deps: Deps) -> None:
    """Take out of the account's tags whoever wants to hear nothing any more."""
    await account_tags.stop_due(deps, deps.clock.now())

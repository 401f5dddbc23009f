"""What is due in the house itself: what is read ahead, sealed for the leaders, forgotten."""

from functools import partial

from bot.deps import Deps
from bot.directory import versions
from bot.directory.tree import tree
from bot.sweeps.each import each, forget
from broadcasts.audience.select import hearers
from broadcasts.dispatch import set_back as copies_back
from broadcasts.dispatch import skipped_early
from broadcasts.dispatch.states import Mode
from broadcasts.intake import set_back as warnings_back
from broadcasts.ladder import set_back as steps_back
from broadcasts.release import set_back as alerts_back
from drills.duty.anchor import anchor_due
from drills.duty.rostered import Rostered
from handlers.hints.reporters.forget import erase_pictures
from handlers.wechat.prune import erase_files, prune_nonces


async def know(deps: Deps) -> None:
    """Read what has changed in the directory before a warning needs it."""
    async with deps.read() as session:
        await tree(session)
        (await hearers(session)).in_mode(Mode.wake)


async def anchor(deps: Deps) -> None:
    """Send the leaders the day's digest of the record."""
    on_duty = Rostered(application=deps.settings.has_application)
    async with deps.begin() as session:
        await anchor_due(session, deps.settings, on_duty, deps.clock.now())


async def set_back(deps: Deps) -> None:
    """Bring back what was put off, or ended, by a clock that was ahead."""
    now = deps.clock.now()
    async with deps.glance() as session:
        ahead = await copies_back.anything_ahead(session, now) or await alerts_back.anything_ended(session, now)
        looked_over = await warnings_back.looked_over(session, now)
    if ahead:
        async with deps.begin() as session:
            await copies_back.set_back(session, now)
            await steps_back.set_back(session, now)
            await skipped_early.bring_back(session, await alerts_back.set_back(session, now), now)
            await steps_back.climb_again(session, now)
    again = partial(warnings_back.take_again, settings=deps.settings, at=now)
    await each(deps, "clock.taken", looked_over, again, now)


async def prune(deps: Deps) -> None:
    """Forget yesterday's callbacks."""
    async with deps.begin() as session:
        await prune_nonces(session, deps.clock.now())
        await forget(session, deps.clock.now())
        await versions.forget(session)
    for erase in (erase_files, erase_pictures):
        async with deps.begin() as session:
            await erase(session, deps.settings)

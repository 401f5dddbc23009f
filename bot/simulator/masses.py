"""What follows from a mass send: it is confirmed where that is asked for, shown on phones, and told of by its event."""

from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.platform import Platform
from bot.simulator.tables.limits_account import MASS_CONFIRM_SECONDS
from bot.simulator.world.chats import Follower
from bot.simulator.world.masses import Fate, Job

SUCCESS = "send success"
REFUSED, UNCONFIRMED = "err(40001)", "err(40002)"  # by the administrator; by nobody in half an hour


def begin(platform: Platform, job: Job, *, protected: bool) -> None:
    platform.account.masses.jobs[job.id] = job
    if protected:
        job.waits = job.at + MASS_CONFIRM_SECONDS
    else:
        deliver(platform, job)


def confirm(platform: Platform, job: Job) -> None:
    """The administrator says yes."""
    job.waits = None
    deliver(platform, job)


def refuse(platform: Platform, job: Job, status: str = REFUSED) -> None:
    job.waits, job.fate = None, Fate.failed
    _tell(platform, job, status, 0, 0)


def expire(platform: Platform, at: float) -> None:
    """What nobody has confirmed in time has failed."""
    for job in [job for job in platform.account.masses.waiting() if job.waits is not None and job.waits <= at]:
        refuse(platform, job, UNCONFIRMED)


def deliver(platform: Platform, job: Job) -> None:
    """To whoever follows, refuses nothing and has had fewer than four this month: the others are filtered."""
    masses, at = platform.account.masses, platform.at()
    found = [f for openid in job.asked if (f := platform.follower(openid)) and fit(f) and masses.room(f, at)]
    platform.accept(job.shown, at)
    for follower in found:
        masses.give(follower, at)
        platform.show(platform.followers, follower, job.shown)
    job.fate = Fate.success
    _tell(platform, job, SUCCESS, len(found), len(found))


def fit(follower: Follower) -> bool:
    return follower.followed and not follower.refuses and not follower.blocked


def _tell(platform: Platform, job: Job, status: str, filtered: int, sent: int) -> None:
    if platform.account.standing.mute:
        return
    numbers = {"TotalCount": len(job.asked), "FilterCount": filtered, "SentCount": sent, "ErrorCount": filtered - sent}
    platform.post.later(Side.oa, events.mass_finished(platform, job.id, status, numbers))

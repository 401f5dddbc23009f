"""Which copies of a broadcast follow which kind of rule. Pure."""

from dataclasses import dataclass

from broadcasts.dispatch.failover.rules import About
from broadcasts.dispatch.states import Purpose

FIRST = (Purpose.first, Purpose.update, Purpose.all_clear)
RUNGS = (Purpose.reminder, Purpose.b_role, Purpose.instead)
SERVICE = (Purpose.calendar, Purpose.task, Purpose.relay, Purpose.keeper, Purpose.anchor)
HEARERS = ("person", "group")


@dataclass(frozen=True)
class Scope:
    """`hangs`: a call that is open too long, or was made in vain, sends its copy on, though the road stands. `only`:
    nothing but these outcomes does."""

    about: About
    purposes: tuple[Purpose, ...]
    kinds: tuple[str, ...]
    hangs: bool = True
    only: tuple[str, ...] = ()


WARNING = Scope(About.warning, FIRST, HEARERS, hangs=False)
OF_A_WARNING = (
    WARNING, Scope(About.reminder, RUNGS, ("person",)), Scope(About.follower, FIRST, ("follower",), hangs=False)
)  # fmt: skip
OF_A_DRILL = (Scope(About.drill, (Purpose.drill, *RUNGS), HEARERS),)
OF_A_SERVICE = {
    Purpose.ring: (Scope(About.ring, (Purpose.ring,), HEARERS),),
    Purpose.drill: OF_A_DRILL,
    # A conversation is answered where it is held; a window that has closed is a fact, and no road that may come back.
    Purpose.reply: (Scope(About.reply, (Purpose.reply,), ("chat",), hangs=False, only=("window_closed",)),),
    **{one: (Scope(About.service, (one,), HEARERS),) for one in SERVICE},
}


def scopes(purpose: Purpose, subject: str, *, drill: bool) -> tuple[Scope, ...]:
    """Of a broadcast: of a robot's test, a card's change and the like none."""
    if subject:
        return OF_A_DRILL if drill else OF_A_SERVICE.get(purpose, ())
    if drill:
        return OF_A_DRILL
    return OF_A_WARNING if purpose in FIRST else ()

"""An all-clear may say nothing but what it ends: what that was, and where, says the rest."""

from collections.abc import Sequence
from dataclasses import replace

from bot.directory.tree import Tree
from broadcasts.alerts import content
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit, hit
from broadcasts.intake.message import Fault, Info, Message, MessageArea

UNSAID = "这条解除自己没有写{}，按它解除的“{}”认定。"


def clears(message: Message, found: Sequence[Alert]) -> bool:
    """Whether it is a real all-clear of something that is in force here."""
    return bool(found) and (message.msg_type, message.status, message.scope) == ("Cancel", "Actual", "Public")


def filled(message: Message, ended: Sequence[Alert], areas: Tree) -> Message:
    """The message with what it leaves unsaid, from the last of what it ends (oldest first), and a doubt that says so.
    Nothing that it says itself is changed; places that are none of ours stay beside ours."""
    last, main = ended[-1], message.main
    event = not main.event and not main.event_code
    colour = main.colour is None and last.grade is not None
    named = _places(message, ended, areas)
    lacks = [word for word, lacking in (("灾种", event), ("颜色", colour), ("本县的地方", bool(named))) if lacking]
    if not lacks:
        return message
    made = replace(
        main,
        event=last.event if event else main.event,
        event_code=last.event_code if event else main.event_code,
        colour=last.grade if colour else main.colour,
        areas=(*main.areas, *named),
    )
    what = f"{last.grade.zh if last.grade else ''}{last.event}"
    doubt = Fault("info", None, UNSAID.format("、".join(lacks), what))
    return replace(message, infos=tuple(_swapped(message, made)), doubts=(*message.doubts, doubt))


def inherit(come: Alert, ended: Sequence[Alert], *, says_colour: bool, says_sender: bool) -> None:
    """Its row: of the kind of what it ends, where no colour of its own says which; by the name that its sender has."""
    last = ended[-1]
    if not says_colour:
        come.kind = last.kind
    if not says_sender and last.sender == come.sender:
        come.sender_name = last.sender_name


def place(message: Message, ended: Sequence[Alert], areas: Tree) -> Hit:
    """Where the filled message holds; at the least where what it ends did."""
    found = hit(message, areas)
    if found.areas:
        return found
    theirs = [hit(content.message(old.content), areas).areas for old in ended]
    return Hit(frozenset[int]().union(*theirs))


def _places(message: Message, ended: Sequence[Alert], areas: Tree) -> tuple[MessageArea, ...]:
    """The places of what it ends, where it names none, or none of ours."""
    named = any(area.codes or area.polygons or area.circles for info in message.infos for area in info.areas)
    if named and hit(message, areas).areas:
        return ()
    theirs = [area for old in ended for info in content.message(old.content).infos[:1] for area in info.areas]
    return tuple(dict.fromkeys(theirs))


def _swapped(message: Message, made: Info) -> list[Info]:
    return [made if info is message.main else info for info in message.infos]

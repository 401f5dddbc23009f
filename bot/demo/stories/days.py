"""The days that a story plays, each as its steps in their order. Steps are shared: what is dealt with in one room is
the same in every day that has it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.call import answering, door, reachable, silent, warning
from bot.demo.stories.desk import afterwards, night, pasting
from bot.demo.stories.drill import course, evaluated, written
from bot.demo.stories.duty import desk, handover, record, roster, seats, swaps
from bot.demo.stories.perform import Play, at, later
from bot.demo.stories.report import filed, form, onward
from bot.demo.stories.resident import hint, poster


def _saturday(hour: int, minute: int) -> datetime:
    return datetime(2026, 7, 11, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


WHOLE = Play(
    _saturday(6, 20),
    (
        seats.taken,
        roster.brought,
        roster.confirmed,
        handover.written,
        handover.confirmed_at_the_desk,
        at(9, 10),
        poster.scanned,
        at(9, 40),
        written.written,
        written.handed_in,
        written.approved,
        at(13, 10),
        written.reminded,
        hint.told,
        hint.closed,
        at(14, 5),
        course.begun,
        course.answered,
        at(14, 20),
        warning.red,
        warning.for_residents,
        answering.digit,
        later(minutes=3, seconds=10),
        silent.told_again,
        course.stopped,
        silent.telephoned_one,
        filed.said,
        filed.confirmed,
        filed.joined,
        at(16, 40),
        warning.all_clear,
        warning.for_residents_too,
        handover.in_the_evening,
        at(16, 50),
        course.resumed,
        evaluated.evaluated,
        afterwards.evidence,
        record.proved,
    ),
)

DESK = Play(
    _saturday(1, 30),
    (
        seats.taken,
        roster.of_the_night,
        pasting.sent,
        pasting.held,
        pasting.released,
        night.stale,
        night.let_out,
        night.contradiction,
        night.unreadable,
        afterwards.corrected,
        afterwards.asked,
        afterwards.ended,
        afterwards.board,
        afterwards.evidence,
        record.proved,
    ),
)

CALL = Play(
    _saturday(1, 30),
    (
        seats.taken,
        roster.of_the_night,
        answering.buttons,
        at(1, 40),
        warning.red,
        answering.each_way,
        answering.cannot,
        answering.needs_help,
        silent.while_nothing_leaves,
        silent.told_again,
        later(minutes=3),
        silent.desk_rung,
        silent.sheet,
        door.knocked,
        at(3, 30),
        warning.all_clear,
        reachable.tested,
        reachable.named,
        record.proved,
    ),
)

REPORT = Play(
    _saturday(13, 40),
    (
        seats.taken,
        poster.scanned,
        filed.dry,
        filed.said,
        form.drafted,
        form.refused,
        form.sent,
        onward.returned,
        filed.confirmed,
        onward.alike,
        onward.followed,
        onward.late,
        onward.zero,
        onward.closed,
        onward.exported,
        record.proved,
    ),
)

DRILL = Play(
    _saturday(12, 30),
    (
        seats.taken,
        written.blind,
        written.handed_in,
        written.approved,
        at(13, 10),
        written.unknown,
        at(14, 5),
        course.unsure,
        course.begun,
        course.answered,
        course.played_help,
        course.silent_again,
        course.only_the_named,
        at(14, 20),
        warning.red,
        course.stopped,
        warning.all_clear,
        course.resumed,
        course.marks,
        evaluated.evaluated,
        evaluated.on_the_years_page,
        record.proved,
    ),
)

DUTY = Play(
    _saturday(6, 20),
    (
        seats.taken,
        roster.mistaken,
        roster.for_two,
        roster.confirmed,
        roster.unconfirmed,
        handover.written,
        record.anchored,
        handover.read_out,
        desk.call_noted,
        desk.checked,
        desk.reminded,
        swaps.swapped,
        record.proved,
    ),
)

PLAYS = {"whole": WHOLE, "desk": DESK, "call": CALL, "report": REPORT, "drill": DRILL, "duty": DUTY}

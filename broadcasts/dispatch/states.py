"""What one batch, and so each of its copies, can be; what a person said is an Answer, elsewhere."""

from enum import StrEnum


class State(StrEnum):
    queued = "queued"  # due at due_at
    sending = "sending"  # claimed by an owner that lives
    sent = "sent"  # the platform took it
    delivered = "delivered"  # the platform says that the phone has it
    failed = "failed"  # for good, with a reason
    unknown = "unknown"  # its answer was lost, and the platform keeps no key
    skipped = "skipped"  # no longer needed, with a reason


TRANSITIONS = {
    State.queued: {State.sending, State.skipped},
    State.sending: {State.sent, State.queued, State.failed, State.unknown, State.skipped},
    State.sent: {State.delivered, State.failed},
    State.unknown: {State.queued, State.sent},
    State.delivered: set[State](),
    State.failed: set[State](),
    State.skipped: set[State](),
}


class Purpose(StrEnum):
    """Why a copy is sent; its outcome's `reason` is another word."""

    first = "first"
    update = "update"
    all_clear = "all-clear"
    reminder = "reminder"  # to who is silent, once more
    b_role = "b-role"  # to the B of a silent A
    instead = "instead"  # to whoever could go for somebody who cannot
    reply = "reply"  # in a conversation
    ring = "ring"
    test = "test"  # a robot's code
    relay = "relay"  # to whoever forwards by hand
    keeper = "keeper"  # to whoever reads out or types in
    card = "card"  # a card that is out is changed
    recall = "recall"  # what is out is taken back
    digest = "digest"  # what the morning has, in one
    calendar = "calendar"  # a reminder
    anchor = "anchor"  # the day's digest of the record
    task = "task"  # something that one person has to do
    clip = "clip"  # a recording, behind the text that says the same
    drill = "drill"  # an inject of a drill, and what is said of its course


RECORDINGS = "clip:"  # begins the subject of what follows a broadcast's texts as recordings; then its id


class Road(StrEnum):
    live = "live"
    training = "training"


class Mode(StrEnum):
    """How loudly, the most urgent first."""

    wake = "wake"  # 叫醒
    quiet = "quiet"  # 静默送达: once, no rung, no @all
    digest = "digest"  # 早间汇总

    @property
    def rank(self) -> int:
        return LOUDNESS[self]


LOUDNESS = {mode: number for number, mode in enumerate(Mode)}

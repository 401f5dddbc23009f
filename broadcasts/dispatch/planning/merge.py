"""Several plans as one: the same text in the same form on the same channel is one text, wherever it came from."""

from collections.abc import Sequence
from dataclasses import replace

from broadcasts.dispatch.planning.plan import Plan, PlannedText


def merged(plans: Sequence[Plan]) -> Plan:
    made = Plan()
    known: dict[tuple[str, str, str], int] = {}
    for plan in plans:
        numbers = [_number(made, known, text) for text in plan.texts]
        made.batches.extend(replace(batch, text=numbers[batch.text]) for batch in plan.batches)
        made.relays.extend(replace(relay, text=numbers[relay.text]) for relay in plan.relays)
        made.unreachable.extend(plan.unreachable)
        made.unsure.extend(plan.unsure)
    return made


def _number(made: Plan, known: dict[tuple[str, str, str], int], text: PlannedText) -> int:
    number = known.setdefault((text.channel, text.form, text.sha256), len(made.texts))
    if number == len(made.texts):
        made.texts.append(replace(text, labels=[]))
    labels = made.texts[number].labels
    labels.extend(label for label in text.labels if label not in labels)
    return number

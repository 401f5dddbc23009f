"""Several plans as one: the same text on the same channel is one text, wherever it came from."""

from collections.abc import Sequence
from dataclasses import replace

from broadcasts.dispatch.plan import Plan


def merged(plans: Sequence[Plan]) -> Plan:
    made = Plan()
    known: dict[tuple[str, str], int] = {}  # (channel, digest) → text
    for plan in plans:
        for text in plan.texts:
            number = known.setdefault((text.channel, text.sha256), len(made.texts))
            if number == len(made.texts):
                made.texts.append(replace(text, labels=[]))
            labels = made.texts[number].labels
            labels.extend(label for label in text.labels if label not in labels)
        made.batches.extend(
            replace(batch, text=known[plan.texts[batch.text].channel, plan.texts[batch.text].sha256])
            for batch in plan.batches
        )
        made.relays.extend(
            replace(relay, text=known[plan.texts[relay.text].channel, plan.texts[relay.text].sha256])
            for relay in plan.relays
        )
        made.unreachable.extend(plan.unreachable)
    return made

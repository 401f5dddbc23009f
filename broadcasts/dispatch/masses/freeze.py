"""From a plan to rows: the text once, and a batch for each call, which carries its followers as a set of ids. There is
no Delivery: an answer hangs on the broadcast and the person."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.oa_mass.limits import TO_ALL, TO_MANY, TO_TAG
from bot.record.entries import record
from broadcasts.dispatch import tallies
from broadcasts.dispatch.masses.idset import encoded, sliced
from broadcasts.dispatch.masses.plan import MassPlan
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.models import Batch, Broadcast, Text
from broadcasts.dispatch.planning.plan import Plan, PlannedText
from broadcasts.dispatch.planning.rows import reserve
from broadcasts.dispatch.recompute import audience_digest, text_digest, texts_digest
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.states import State
from broadcasts.dispatch.texts.drill_forms import ensure
from broadcasts.subscriptions.select import ROLE

FORMS = {Whom.all: TO_ALL, Whom.tag: TO_TAG}  # any other names each follower
EVERYWHERE = 0  # the town under which it is counted: it is known in total only


async def freeze(
    session: AsyncSession, broadcast: Broadcast, plan: MassPlan, words: str, *, rank: int, expires: datetime, by: str,
    at: datetime,
) -> Text:  # fmt: skip
    """Add it to the broadcast's copies."""
    form, digest = FORMS.get(plan.whom, TO_MANY), text_digest([words])
    ensure(Plan([PlannedText(MASS, [words], [ROLE], digest, form)]), drill=False)
    text = Text(broadcast_id=broadcast.id, channel=MASS, form=form, label=ROLE, parts=[words], sha256=digest)
    session.add(text)
    await session.flush()
    cuts = sliced(plan.ids) if form == TO_MANY else [plan.ids]
    audiences = [encoded(cut) for cut in cuts]
    rows = _rows(broadcast, text.id, cuts, audiences, await reserve(session, Batch, len(cuts)))
    common = {"rank": rank, "due_at": at, "expires_at": expires} | _by_tag(plan.tag)
    await session.execute(sa.insert(Batch), [row | common for row in rows])
    await tallies.add(session, {(broadcast.id, MASS, EVERYWHERE, State.queued.value): plan.size})
    broadcast.targets += plan.size
    broadcast.calls += len(cuts)
    broadcast.plan = {"texts": [*broadcast.plan.get("texts", []), _sum(form, plan.size, len(cuts))]}
    broadcast.finished_at = None
    session.add(broadcast)
    record(
        session, by, "broadcast.massed", broadcast.id, at, whom=plan.whom.value, copies=plan.size, calls=len(cuts),
        full=plan.full, tag=plan.tag.id if plan.tag else None, texts=[text.id], sha256=texts_digest([digest]),
        audiences=[audience_digest(one) for one in audiences],
    )  # fmt: skip
    return text


def _rows(
    broadcast: Broadcast, text_id: int, cuts: Sequence[Sequence[int]], audiences: Sequence[bytes], ids: Sequence[int]
) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "broadcast_id": broadcast.id,
            "road": broadcast.road,
            "channel": MASS,
            "state": State.queued,
            "reason": "",
            "wake": False,
            "text_id": text_id,
            "tail": audience_digest(audience),  # by which the record names what it carries
            "size": len(cut),
            "towns": json.dumps({str(EVERYWHERE): len(cut)}),
            "owner": "",
            "epoch": 0,
            "attempts": 0,
            "parts_done": 0,
            "message_id": "",
            "response_code": "",
            "audience": audience,
        }
        for number, cut, audience in zip(ids, cuts, audiences, strict=True)
    ]


def _by_tag(tag: Tagged | None) -> dict[str, Any]:
    """Such a call names the tag alone, and is as large as the platform says."""
    if tag is None:
        return {}
    return {"members": str(tag.id), "size": tag.size, "towns": json.dumps({str(EVERYWHERE): tag.size})}


def _sum(form: str, readers: int, calls: int) -> dict[str, Any]:
    return {"channel": MASS, "form": form, "label": ROLE, "parts": 1, "readers": readers, "calls": calls}

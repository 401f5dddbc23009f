"""What the account's platform reports of notices and mass sends: who consented, what became of each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from broadcasts.dispatch.masses.finished import Finished, finished
from broadcasts.dispatch.sending.reported import reported
from broadcasts.dispatch.sending.roads import NOTICE
from broadcasts.dispatch.states import State
from broadcasts.subscriptions.consents import ACCEPT, REJECT, Word, said
from handlers.wechat.models import Inbound

POPUP, CHANGE, SENT = "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"
MASSED = "masssendjobfinish"
HOLDERS = {POPUP: "SubscribeMsgPopupEvent", CHANGE: "SubscribeMsgChangeEvent", SENT: "SubscribeMsgSentEvent"}
NAMES = frozenset({*HOLDERS, MASSED})
TAKEN = "0"
USER_SAYS = frozenset({"43101", "43004", "43019", "48002"})  # what the person, and not the platform, did not want


async def account_report(session: AsyncSession, deps: Deps, inbound: Inbound, name: str, at: datetime) -> None:
    if name == MASSED:
        await _massed(session, inbound, at)
    elif name == SENT:
        await _arrived(session, inbound, at)
    else:
        words = [
            Word(str(row.get("TemplateId") or "")[:64], row.get("SubscribeStatusString") == ACCEPT)
            for row in _rows(inbound, name)
            if row.get("TemplateId") and row.get("SubscribeStatusString") in {ACCEPT, REJECT}
        ]
        await said(session, deps.settings, inbound.road, inbound.sender, words, at=at)


async def _arrived(session: AsyncSession, inbound: Inbound, at: datetime) -> None:
    for row in _rows(inbound, SENT):
        code, message_id = str(row.get("ErrorCode") or TAKEN), str(row.get("MsgID") or "")
        if code == TAKEN:
            await reported(session, inbound.road, NOTICE, message_id, State.delivered, at=at)
        else:
            reason = "refused" if code in USER_SAYS else "platform"
            await reported(session, inbound.road, NOTICE, message_id, State.failed, at=at, reason=reason)


async def _massed(session: AsyncSession, inbound: Inbound, at: datetime) -> None:
    body = inbound.body
    numbers = [_number(body.get(name)) for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]
    message_id = str(body.get("MsgID") or body.get("MsgId") or "")
    await finished(session, inbound.road, message_id, Finished(str(body.get("Status") or ""), *numbers), at)


def _number(value: Any) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _rows(inbound: Inbound, name: str) -> Iterator[dict[str, Any]]:
    """One or several, in XML under the event's own name, in JSON at the top."""
    held = inbound.body.get(HOLDERS[name])
    found = held.get("List") if isinstance(held, dict) else inbound.body.get("List")
    for row in found if isinstance(found, list) else [found]:
        if isinstance(row, dict):
            yield row

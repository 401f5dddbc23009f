"""One call: the next part of a batch made as its channel takes it, sent, and judged by what it came to."""

import asyncio
import logging
from collections.abc import Sequence

from bot.channels.contract import NEVER_LEFT, Channel, Parcel, SendError
from bot.channels.oa_mass.limits import NAME as MASS
from bot.channels.oa_mass.limits import TO_MANY
from bot.clock import Clock
from bot.vault import Vault
from broadcasts.dispatch.claims.contract import Claimed, Claims, Outcome
from broadcasts.dispatch.sending.gate import Gate
from broadcasts.dispatch.sending.judge import judged
from broadcasts.dispatch.sending.ready import Ready
from broadcasts.dispatch.sending.wordings import Wordings
from broadcasts.dispatch.states import State

log = logging.getLogger(__name__)

BUG = SendError("bug", lost=True, alarm=True)  # our own code broke while it sent
CUT_OFF = SendError("timeout", lost=True)  # what became of a call that a stop did not wait for


class Calling:
    def __init__(
        self, claims: Claims, clock: Clock, vault: Vault, gate: Gate, ready: Ready, wordings: Wordings
    ) -> None:
        self._claims, self._clock, self._vault = claims, clock, vault
        self._gate, self._ready, self._wordings = gate, ready, wordings

    async def send(self, channel: Channel, batch: Claimed) -> Outcome:
        number = batch.parts_done
        try:
            audience = await self._claims.audience(batch.id) if self._named(batch) else ()
            parcel, last = self._parcel(batch, audience)
        except Exception:  # a seal that does not open, a text that is gone: one batch ends, the others go on
            log.exception("batch %d cannot be made", batch.id)
            self._gate.let_go(batch)
            return Outcome(batch, State.failed, "bug", parts_done=number, tried=False)
        try:
            receipt = await channel.send(parcel)
        except SendError as error:
            log.warning("batch %d by %s: %s", batch.id, batch.channel, error.reason)
            now = self._clock.now()
            self._gate.answered(batch, error.reason, now, left=error.left)
            return judged(batch, error, repeatable=channel.repeatable, at=now)
        except asyncio.CancelledError as error:
            if not self._ready.closed or error.args == NEVER_LEFT:
                raise
            return judged(batch, CUT_OFF, repeatable=channel.repeatable, at=self._clock.now())
        except Exception:
            log.exception("batch %d by %s", batch.id, batch.channel)
            self._gate.let_go(batch, left=True)
            return judged(batch, BUG, repeatable=channel.repeatable, at=self._clock.now())
        now = self._clock.now()
        self._gate.answered(batch, "", now)
        state, due = (State.sent, None) if last else (State.queued, now)
        invalid = receipt.invalid if last else frozenset()  # told with each part, counted once
        return Outcome(batch, state, "", due, number + 1, True, invalid, receipt.message_id, receipt.response_code)

    def _named(self, batch: Claimed) -> bool:
        """Whether its call names each follower of the frozen audience."""
        return batch.channel == MASS and self._wordings.known[batch.text_id].form == TO_MANY

    def _parcel(self, batch: Claimed, audience: Sequence[str]) -> tuple[Parcel, bool]:
        """The next part as its channel takes it, and whether it is the last one."""
        (parts, form, code), number = self._wordings.known[batch.text_id], batch.parts_done
        last = number + 1 >= len(parts)
        key = self._vault.open(batch.sealed) if batch.sealed else ""
        members = batch.members.split("|") if batch.members else audience
        named = f"{code}-{batch.id}-{number}" if number else f"{code}-{batch.id}"
        return Parcel(parts[number], batch.tail if last else "", bool(batch.wake), key, members, form, named), last

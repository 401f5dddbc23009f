"""An access token: fetched by one at a time across all processes, kept until it is nearly over, replaced only if it is
still the bad one, and not asked for again where the platform refused the secret."""

import asyncio
import uuid
from datetime import datetime, timedelta

from bot.channels.contract import NEVER_LEFT, SendError
from bot.clock import Clock
from bot.wechat.fetching import Fetched, Source
from bot.wechat.http import refusal
from bot.wechat.stores.contract import Kept, TokenStore

EARLY = 300.0  # seconds before its end at which a token counts as over
LEAST = 60.0  # seconds that we trust a new token, whatever is said
PAUSE = 60.0  # seconds during which a refused secret is not tried again: repeating it bans the address
SETTLED = 30.0  # seconds after a replacement during which a token that is refused too is not replaced again
AGAIN = 1.0  # seconds after a fetch that came to nothing before another is made
LOOK = 0.05  # seconds between two looks at what another process is fetching
LOOKS = 240


class Tokens:
    """The token called `name` in `store`; its processes see each other there and nowhere else."""

    def __init__(self, source: Source, store: TokenStore, clock: Clock, name: str) -> None:
        self._source, self._store, self._clock, self._name = source, store, clock, name
        self._kept = Kept()
        self._replaced_at = -SETTLED
        self._failed: SendError | None = None
        self._failed_until = 0.0
        self._alone = asyncio.Lock()

    async def get(self) -> str:
        """A token that should work. Raises SendError."""
        if self._kept.until is not None and self._clock.now() < self._kept.until:
            return self._kept.token
        return await self._another(self._kept.token, expired=True)

    async def replace(self, stale: str) -> str:
        """A token other than `stale`, which the platform refused; whoever comes second gets what the first fetched.
        A token that came of a replacement and is refused at once is not replaced again: something else is wrong."""
        return await self._another(stale, expired=False)

    async def _another(self, stale: str, *, expired: bool) -> str:
        """Whoever is cut off while waiting for a token, or gets none, has sent nothing."""
        try:
            return await self._waited(stale, expired=expired)
        except SendError as error:
            error.left = False
            raise
        except asyncio.CancelledError as error:
            error.args = NEVER_LEFT
            raise

    async def _waited(self, stale: str, *, expired: bool) -> str:
        async with self._alone:
            now = self._clock.monotonic()
            if self._usable(self._kept, stale, expired=expired):
                return self._kept.token
            if not expired and now - self._replaced_at < SETTLED:
                raise SendError("credentials", wait=SETTLED, alarm=True)
            if now < self._failed_until and self._failed is not None:
                raise SendError(self._failed.reason, wait=self._failed_until - now, alarm=self._failed.alarm)
            try:
                self._kept = await self._shared(stale, expired=expired)
            except SendError as error:
                if not error.permanent:  # whoever waits behind us does not wait for the same again
                    self._failed, self._failed_until = error, self._clock.monotonic() + AGAIN
                raise
            if not expired:
                self._replaced_at = now
            return self._kept.token

    async def _shared(self, stale: str, *, expired: bool) -> Kept:
        """What is in the store if that will do, else what we fetch, else what another process is fetching."""
        holder = str(uuid.uuid4())
        for _ in range(LOOKS):
            kept = await self._read(stale, expired=expired)
            if kept is not None:
                return kept
            if await self._store.hold(self._name, holder, self._clock.now()):
                try:
                    # Between our look and our hold another may have been quick.
                    return await self._read(stale, expired=expired) or await self._fetch(stale, holder, expired=expired)
                finally:
                    await self._store.let_go(self._name, holder)
            await asyncio.sleep(LOOK)
        raise SendError("busy", wait=LOOK * LOOKS)

    async def _read(self, stale: str, *, expired: bool) -> Kept | None:
        kept = await self._store.read(self._name)
        if self._usable(kept, stale, expired=expired):
            return kept
        if kept.refused_until is not None and self._clock.now() < kept.refused_until:
            raise SendError("credentials", permanent=True, alarm=True)
        return None

    async def _fetch(self, stale: str, holder: str, *, expired: bool) -> Kept:
        fetched = await self._asked(forced=False)
        if not expired and fetched.token == stale and self._source.can_force:
            fetched = await self._asked(forced=True)
        if fetched.refusal is not None:
            if fetched.refusal.permanent:
                await self._store.refuse(self._name, holder, self._in(PAUSE))
            raise refusal(fetched.refusal)
        kept = Kept(fetched.token, self._in(max(fetched.seconds - EARLY, LEAST)))
        await self._store.keep(self._name, holder, fetched.token, self._in(max(fetched.seconds - EARLY, LEAST)))
        return kept

    async def _asked(self, *, forced: bool) -> Fetched:
        try:
            return await self._source.fetch(forced=forced)
        except SendError as error:
            raise SendError(error.reason, wait=2.0) from error  # no message was in it: nothing is lost

    def _usable(self, kept: Kept, stale: str, *, expired: bool) -> bool:
        """Alive, and not the one that was refused; a token that is merely over is told by its time."""
        alive = bool(kept.token) and kept.until is not None and self._clock.now() < kept.until
        return alive and (expired or kept.token != stale)

    def _in(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

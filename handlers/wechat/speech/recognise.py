"""Who recognises what a recording says: the county's own gateway (docs/gateways.zh-CN.md), or a program of this
machine, run apart from us, without a shell, without our secrets, and no longer than it may take."""

import asyncio
import base64
import contextlib
import os
import shlex
import signal
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson

from bot.channels.contract import SendError
from bot.channels.gateways import gateway_said
from bot.channels.signing import SPEECH as GATEWAY
from bot.channels.signing import gateway_key, signed_url
from bot.clock import Clock
from bot.config import Settings
from bot.vault import Vault
from bot.wechat.codes import BUG, BUSY, CONTENT, CREDENTIALS, LIMIT, Verdict
from bot.wechat.http import Calls, refusal, verdict
from broadcasts.dispatch.states import Road

TRAINING = "/speech/recognise"  # of the simulator
FORMATS = {
    "audio/amr": "amr", "audio/amr-wb": "amr-wb", "audio/silk": "silk", "audio/ogg": "ogg", "audio/mpeg": "mp3",
    "audio/aac": "aac", "audio/mp4": "m4a", "audio/wav": "wav",
}  # fmt: skip
SPEECH: dict[int, Verdict] = {
    -1: BUSY,
    40001: CREDENTIALS,
    40002: BUG,
    40004: CONTENT,
    42900: LIMIT,
    42901: Verdict("quota", alarm=True),
    42902: BUSY,
}
LONGEST = 1000  # letters that are kept
ANSWER_BYTES = 64 * 1024  # that a program may write
SURE = 1.0  # of a program that writes words and no figure


class Recognised(NamedTuple):
    """`confidence` is 0 to 1; `text` is empty where nothing was understood."""

    text: str
    confidence: float


class Recogniser(Protocol):
    async def recognise(self, road: Road, name: str, mime: str, language: str, audio: bytes) -> Recognised:
        """`name` is the recording's own, the same when it is asked again. Raises SendError."""
        ...


class SpeechGateway:
    """Each road has its own address and key; on the training road it is the simulator's."""

    def __init__(self, calls: Calls, vault: Vault, clock: Clock, settings: Settings) -> None:
        self._calls, self._clock, self._seconds = calls, clock, settings.speech_seconds
        self._keys = {road: gateway_key(vault, road.value, GATEWAY) for road in Road}
        training = f"{settings.training_api_base}{TRAINING}" if settings.training_api_base else ""
        self._urls = {Road.live: settings.speech_webhook, Road.training: training}

    async def recognise(self, road: Road, name: str, mime: str, language: str, audio: bytes) -> Recognised:
        if not self._urls[road]:
            raise SendError("no_road", permanent=True)
        body = asked(name, FORMATS.get(mime, ""), language, audio)
        url = signed_url(self._urls[road], self._keys[road], self._clock, body)
        try:
            async with asyncio.timeout(self._seconds):
                said = gateway_said(await self._calls.post(url, body))
        except TimeoutError as error:
            raise SendError("timeout") from error
        if said["code"]:
            raise refusal(verdict(said["code"], SPEECH))
        return _read(said)


class SpeechCommand:
    """The same program for both roads."""

    def __init__(self, settings: Settings) -> None:
        self._words, self._seconds = shlex.split(settings.speech_command), settings.speech_seconds

    async def recognise(self, road: Road, name: str, mime: str, language: str, audio: bytes) -> Recognised:
        kind = FORMATS.get(mime, "")
        with tempfile.TemporaryDirectory(prefix="speech-") as folder:
            path = Path(folder) / f"recording.{kind or 'bin'}"
            await asyncio.to_thread(path.write_bytes, audio)
            argv = [word.format(file=str(path), format=kind, language=language) for word in self._words]
            written = await self._run(argv, folder)
        return _written(written)

    async def _run(self, argv: list[str], folder: str) -> bytes:
        """What it writes. It leads a group of processes of its own, all of which end with it."""
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": folder}
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            child = await asyncio.create_subprocess_exec(
                *argv, stdin=nothing, stdout=pipe, stderr=nothing, cwd=folder, env=environment, start_new_session=True
            )
        except OSError as error:
            raise SendError("unreachable", permanent=True, alarm=True) from error
        try:
            async with asyncio.timeout(self._seconds):
                written = await _all(child.stdout) if child.stdout else b""
                status = await child.wait()
        except TimeoutError as error:
            raise SendError("timeout", permanent=True) from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
        if status != 0:
            raise SendError("refused", permanent=True)
        return written


async def _all(out: asyncio.StreamReader) -> bytes:
    """To its end, or as much as an answer may have: one read gives only what has been written so far."""
    held = b""
    while len(held) < ANSWER_BYTES and (piece := await out.read(ANSWER_BYTES - len(held))):
        held += piece
    return held


def asked(name: str, kind: str, language: str, audio: bytes) -> bytes:
    """The bytes of one question. The same recording gives the same bytes."""
    held = base64.b64encode(audio).decode()
    return orjson.dumps({"id": name, "format": kind, "language": language, "audio": held})


def _read(said: dict[str, Any]) -> Recognised:
    """Raises SendError where it is not what was agreed."""
    text, confidence = said.get("text", ""), said.get("confidence", 0.0)
    number = isinstance(confidence, int | float) and not isinstance(confidence, bool) and 0 <= confidence <= 1
    if not isinstance(text, str) or not number:
        raise SendError("bad_answer", permanent=True)
    return Recognised(" ".join(text.replace("\x00", "").split())[:LONGEST], float(confidence))


def _written(raw: bytes) -> Recognised:
    """JSON as a gateway answers it, or the words alone."""
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        if raw.lstrip().startswith(b"{"):
            raise SendError("bad_answer", permanent=True) from None
        said = None
    if isinstance(said, dict):
        return _read(said)
    return _read({"text": raw.decode("utf-8", "replace"), "confidence": SURE})

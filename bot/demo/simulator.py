"""One of the demo's two simulators, as a process: `python -m bot.demo.simulator PORT LABEL ROAD`."""

import asyncio
import sys
from dataclasses import replace

from bot.channels.signing import SPEECH, VOICE, gateway_key
from bot.config import Settings, load
from bot.parent import gone
from bot.simulator.config import Callback, SimulatorConfig
from bot.simulator.serve import serve
from bot.vault import Vault
from bot.wechat.ears import OA, TRAINING, WECOM, training_secrets

LATENCY_MS = 40.0  # about as far away as the real platform
RING_SECONDS = 45.0  # as long as a telephone rings before a network gives up
RETRY_SECONDS = 2.0  # between a callback's tries, so that a web process that starts anew hears it
READER = (("signaltree_reader", "/h5"),)  # what an H5 page keeps of its reader: one browser shows many phones here
BY = "by"  # the field of an H5 address that says which platform's browser opens it


def config(label: str) -> SimulatorConfig:
    return SimulatorConfig(open_world=True, latency_ms=LATENCY_MS, label=label)


def hearing(plain: SimulatorConfig, settings: Settings, road: str) -> SimulatorConfig:
    """The same, and what phones say is told to the demo's web process, on the road's own address and secrets."""
    path = f"{settings.base_url}/callbacks/{'training/' if road == TRAINING else ''}"
    wecom, account = (settings.wecom_token, settings.wecom_aes_key), (settings.oa_token, settings.oa_aes_key)
    if road == TRAINING:
        vault = Vault(settings.secret_key)
        wecom, account = training_secrets(vault, WECOM), training_secrets(vault, OA)
    keys = {name: gateway_key(Vault(settings.secret_key), road, name) for name in (VOICE, SPEECH)}
    return replace(
        plain,
        voice_key=keys[VOICE],
        voice_callback=f"{path}voice",
        speech_key=keys[SPEECH],
        wecom_callback=Callback(f"{path}wecom", *wecom),
        oa_callback=Callback(f"{path}official-account", *account),
        callback_pause=RETRY_SECONDS,
        ring_seconds=RING_SECONDS,
        reader_cookies=READER,
        browser_mark=BY,
    )


async def main(port: int, label: str, road: str) -> None:
    """Serve until the parent is gone."""
    told = hearing(config(label), load(env_file=None), road)
    serving = asyncio.create_task(serve(told, port=port))
    parent = asyncio.create_task(gone())
    await asyncio.wait([serving, parent], return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))

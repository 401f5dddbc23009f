"""`signaltree sms-key`, `voice-key`, `speech-key`: what the county gives to the makers of its own gateways."""

import typer

from bot.channels.signing import SMS, SPEECH, VOICE, gateway_key
from bot.config import load
from bot.errors import SettingsError
from bot.vault import Vault


def key_of(gateway: str) -> None:
    """Raises SettingsError where this gateway is not set up: a key that nobody checks helps nobody."""
    settings = load()
    urls = {SMS: settings.sms_webhook, VOICE: settings.voice_webhook, SPEECH: settings.speech_webhook}
    if not urls[gateway]:
        name = f"SIGNALTREE_{gateway.upper()}_WEBHOOK"
        raise SettingsError(f"{name}：还没有填网关的地址，见 docs/gateways.zh-CN.md")
    typer.echo(gateway_key(Vault(settings.secret_key), "live", gateway))

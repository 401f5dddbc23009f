"""`signaltree sms-key`: what the county gives to its gateway for text messages."""

import typer

from bot.channels.sms.signing import gateway_key
from bot.config import load
from bot.errors import SettingsError
from bot.vault import Vault


def sms_key() -> None:
    """Raises SettingsError where no gateway is set up: a key that nobody checks helps nobody."""
    settings = load()
    if not settings.sms_webhook:
        raise SettingsError("SIGNALTREE_SMS_WEBHOOK：还没有填网关的地址，见 docs/gateways.zh-CN.md")
    typer.echo(gateway_key(Vault(settings.secret_key), "live"))

"""Where we hear: for each road and platform that is set up its token, keys and receiver. The training road has secrets
of its own, derived from SECRET_KEY: what the simulator signs opens no ear of the live road."""

import base64
from dataclasses import dataclass, field

from bot.channels.signing import SMS, VOICE, gateway_key
from bot.config import Settings
from bot.vault import Vault
from bot.wechat.crypto import aes_key

LIVE, TRAINING = "live", "training"
WECOM, OA = "wecom", "oa"
GATEWAYS = frozenset({SMS, VOICE})  # that call us themselves, signed by keys of ours


@dataclass(frozen=True, slots=True)
class Ear:
    road: str
    platform: str
    receiver: str
    token: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)  # the present one, then that which it replaced
    mode: str = "safe"  # or compatible or plain, of the account alone


def ears(settings: Settings, vault: Vault) -> dict[tuple[str, str], Ear]:
    """By road and platform."""
    s = settings
    found = []
    if s.hears_wecom:
        keys = _keys(s.wecom_aes_key, s.wecom_aes_key_previous)
        found.append(Ear(LIVE, WECOM, s.wecom_corp_id, s.wecom_token, keys))
    if s.hears_oa:
        found.append(Ear(LIVE, OA, s.oa_app_id, s.oa_token, _keys(s.oa_aes_key, s.oa_aes_key_previous), s.oa_mode))
    if s.training_api_base:
        for platform, receiver in ((WECOM, s.wecom_corp_id), (OA, s.oa_app_id)):
            token, key = training_secrets(vault, platform)
            found += [Ear(TRAINING, platform, receiver, token, _keys(key))] if receiver else []
    found += [Ear(road, one, "", gateway_key(vault, road, one), ()) for road, one in _gateways(s)]
    return {(ear.road, ear.platform): ear for ear in found}


def _gateways(s: Settings) -> list[tuple[str, str]]:
    """The road and the name of each gateway that may call."""
    roads = [LIVE, *([TRAINING] if s.training_api_base else [])]
    given = ((SMS, s.sms_webhook), (VOICE, s.voice_webhook))
    return [(road, one) for one, url in given if url for road in roads]


def training_secrets(vault: Vault, platform: str) -> tuple[str, str]:
    """Token and EncodingAESKey that the training road's simulator signs and seals with."""
    token = vault.derive(f"training token {platform}".encode()).hex()[:32]
    raw = vault.derive(f"training key {platform}".encode())
    return token, base64.b64encode(raw, altchars=b"xy").decode().rstrip("=")


def _keys(*texts: str) -> tuple[bytes, ...]:
    return tuple(aes_key(text) for text in texts if text)

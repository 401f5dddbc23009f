"""The tokens of this installation, by road: whoever asks in any process gets the same."""

from bot.clock import Clock
from bot.config import Settings
from bot.vault import Vault
from bot.wechat.fetching import AccountSource, WecomSource
from bot.wechat.http import Calls
from bot.wechat.stores.contract import TokenStore
from bot.wechat.stores.open import open_store
from bot.wechat.tokens import Tokens

LETTERS = 16


def application_tokens(
    settings: Settings, calls: Calls, clock: Clock, road: str, store: TokenStore | None = None
) -> Tokens | None:
    """Of the WeCom application on a road, None where it is not set up."""
    base = {"live": settings.wecom_api_base, "training": settings.training_api_base}.get(road, "")
    if not base or not settings.has_application:
        return None
    source = WecomSource(calls, base, settings.wecom_corp_id, settings.wecom_secret)
    name = _name(
        settings, road, "wecom", f"{base}|{settings.wecom_corp_id}|{settings.wecom_agent_id}", settings.wecom_secret
    )
    return Tokens(source, store or open_store(settings), clock, name)


def account_tokens(
    settings: Settings,
    calls: Calls,
    clock: Clock,
    road: str,
    store: TokenStore | None = None,
    *,
    can_force: bool = True,
) -> Tokens | None:
    """Of the official account on a road, None where it is not set up. Without `can_force` a refused token is only
    compared with the platform's own, and never voided for everybody."""
    base = {"live": settings.oa_api_base, "training": settings.training_api_base}.get(road, "")
    if not base or not settings.has_account:
        return None
    source = AccountSource(calls, base, settings.oa_app_id, settings.oa_secret, can_force=can_force)
    return Tokens(
        source,
        store or open_store(settings),
        clock,
        _name(settings, road, "oa", f"{base}|{settings.oa_app_id}", settings.oa_secret),
    )


def _name(settings: Settings, road: str, platform: str, which: str, secret: str) -> str:
    """Another secret or account is another name: no token of one is ever tried for the other. The keyed digest tells
    nothing of what it is made of."""
    return f"{road}:{platform}:{Vault(settings.secret_key).digest(f'{which}|{secret}')[:LETTERS]}"

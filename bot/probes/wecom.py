"""How our application stands at WeCom: its token, whether this machine is let in, whether it is switched off."""

from datetime import datetime
from typing import NamedTuple

import aiohttp
from yarl import URL

from bot.config import Settings
from bot.probes.calling import Refusal, call
from bot.wechat.codes import WECOM
from bot.wechat.tokens import Tokens


class Application(NamedTuple):
    name: str
    domain: str  # 可信域名, by which links know their readers
    date: datetime | None


async def application(http: aiohttp.ClientSession, settings: Settings, tokens: Tokens) -> Application:
    """Raises Refusal (credentials, address_not_trusted, application_off …) and NoAnswer. Pages: 90227 agent/get."""
    base = settings.wecom_api_base
    url = URL(f"{base}/cgi-bin/agent/get").with_query(agentid=str(settings.wecom_agent_id))
    said = await call(http, tokens, url, WECOM)
    if said.fields.get("close") == 1:
        raise Refusal("application_off")
    return Application(
        str(said.fields.get("name") or ""), str(said.fields.get("redirect_domain") or "").strip(), said.date
    )


async def callback_addresses(http: aiohttp.ClientSession, settings: Settings, tokens: Tokens) -> int:
    """From how many of its addresses WeCom calls us, for a firewall's list. Raises Refusal and NoAnswer. 90930."""
    said = await call(http, tokens, URL(f"{settings.wecom_api_base}/cgi-bin/getcallbackip"), WECOM)
    found = said.fields.get("ip_list")
    return len(found) if isinstance(found, list) else 0

"""How our official account stands: its token, its templates, its menu."""

import re
from typing import Any, NamedTuple

import aiohttp
import orjson
from yarl import URL

from bot.config import Settings
from bot.probes.asking import ask
from bot.probes.calling import Refusal, address_in, call, read
from bot.wechat.codes import OFFICIAL
from bot.wechat.tokens import Tokens

FIELD = re.compile(r"\{\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\}")
NO_MENU = 46003


class Template(NamedTuple):
    title: str
    fields: tuple[str, ...]  # in their order, as thing1, time3


async def templates(http: aiohttp.ClientSession, settings: Settings, tokens: Tokens) -> dict[str, Template]:
    """By id. Raises Refusal and NoAnswer. Page: template/get_all_private_template."""
    said = await _called(http, settings, tokens, "/cgi-bin/template/get_all_private_template")
    rows = said.get("template_list")
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {
        str(row.get("template_id", "")): Template(
            str(row.get("title", "")), tuple(FIELD.findall(str(row.get("content", ""))))
        )
        for row in found
    }


async def menu(http: aiohttp.ClientSession, settings: Settings, tokens: Tokens) -> list[dict[str, Any]]:
    """The buttons at the foot of the account's chat; none where there is no menu. Raises Refusal and NoAnswer."""
    try:
        said = await _called(http, settings, tokens, "/cgi-bin/menu/get")
    except Refusal as refusal:
        if refusal.code == NO_MENU:
            return []
        raise
    buttons = said.get("menu", {}).get("button", [])
    return [one for one in buttons if isinstance(one, dict)]


async def make_menu(
    http: aiohttp.ClientSession, settings: Settings, tokens: Tokens, buttons: list[dict[str, Any]]
) -> None:
    """Lay ours in place of the one that is there. Raises Refusal and NoAnswer."""
    await _called(http, settings, tokens, "/cgi-bin/menu/create", orjson.dumps({"button": buttons}))


async def _called(
    http: aiohttp.ClientSession, settings: Settings, tokens: Tokens, path: str, body: bytes | None = None
) -> dict[str, Any]:
    try:
        return (await call(http, tokens, URL(f"{settings.oa_api_base}{path}"), OFFICIAL, body=body)).fields
    except Refusal as refusal:
        if refusal.reason == "address_not_trusted" and not refusal.address:
            raise Refusal(refusal.reason, refusal.code, await _own_address(http, settings)) from None
        raise


async def _own_address(http: aiohttp.ClientSession, settings: Settings) -> str:
    """The token's own endpoint refuses an address that is not on the list, and names it in its words (40164)."""
    asked = {"grant_type": "client_credential", "appid": settings.oa_app_id, "secret": settings.oa_secret}
    heard = await ask(http, URL(f"{settings.oa_api_base}/cgi-bin/stable_token"), body=orjson.dumps(asked))
    return address_in(str(read(heard).fields.get("errmsg", "")))

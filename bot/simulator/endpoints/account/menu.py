"""POST /cgi-bin/menu/create and GET /cgi-bin/menu/get: what stands at the foot of the account's chat."""

from typing import Any

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import JsonObject, document, parts, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables import limits_account as limits
from bot.simulator.tables.codes_account import refused

KEYED = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
TOP = (codes.BAD_BUTTON_TYPE, codes.BAD_BUTTON_NAME, codes.BAD_BUTTON_KEY, codes.BAD_BUTTON_URL)
SUB = (codes.BAD_SUB_BUTTON_TYPE, codes.BAD_SUB_BUTTON_NAME, codes.BAD_SUB_BUTTON_KEY, codes.BAD_SUB_BUTTON_URL)


def create(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "menu")
    menu = [_top(button) for button in _few(document(call), "button", limits.MENU_BUTTONS, codes.BAD_BUTTONS)]
    spend(platform, "menu", at)
    platform.account.menu = menu
    platform.live.touch()
    return {"errcode": codes.OK, "errmsg": "ok"}


def get(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "menu_get")
    return {"menu": {"button": platform.account.menu}}


def _top(button: JsonObject) -> dict[str, Any]:
    if not button.get("sub_button"):
        return _button(button, TOP, limits.MENU_NAME_BYTES)
    _name(button, TOP[1], limits.MENU_NAME_BYTES)
    below = _few(button, "sub_button", limits.MENU_SUB_BUTTONS, codes.BAD_SUB_BUTTONS)
    return {"name": button["name"], "sub_button": [_button(one, SUB, limits.MENU_SUB_NAME_BYTES) for one in below]}


def _button(button: JsonObject, refusals: tuple[int, int, int, int], name_bytes: int) -> dict[str, Any]:
    bad_type, bad_name, bad_key, bad_url = refusals
    _name(button, bad_name, name_bytes)
    kind = text(button, "type", bad_type)
    if kind == "view":
        url = text(button, "url", bad_url)
        if not url.startswith(("http://", "https://")) or len(url.encode()) > limits.MENU_URL_BYTES:
            raise refused(bad_url)
    elif kind in KEYED:
        if not 0 < len(text(button, "key", bad_key).encode()) <= limits.MENU_KEY_BYTES:
            raise refused(bad_key)
    else:
        raise refused(bad_type)
    return {name: button[name] for name in ("type", "name", "key", "url") if name in button}


def _name(button: JsonObject, code: int, most: int) -> None:
    if not 0 < len(text(button, "name", code).encode()) <= most:
        raise refused(code)


def _few(value: JsonObject, name: str, sizes: range, code: int) -> list[JsonObject]:
    rows = parts(value, name, code)
    if len(rows) not in sizes:
        raise refused(code)
    return rows


MENU = Endpoint("menu", "POST", "/cgi-bin/menu/create", create, side=Side.oa)
MENU_GET = Endpoint("menu_get", "GET", "/cgi-bin/menu/get", get, side=Side.oa)

"""The roads in the order in which a county opens them: what each needs in `.env`, and how it is checked."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Settings
from bot.vault import Vault
from handlers.console.setup.gains import Gains


@dataclass(frozen=True)
class Line:
    """One line of `.env`. `value` is a hint for whoever fills it in; `made` is one of ours, ready to be copied."""

    name: str
    value: str
    made: bool = False


@dataclass(frozen=True)
class Road:
    """`needs` are settings, of which all must be there; `looks` check it; `after` is the road without which it cannot
    be. `counted` says from rows alone how far it is, `begun` that something is there of which nothing counts yet.
    `ticks` is what a person has to say. `free`: a county may do without it. `tried` is the channel of 给自己发一条."""

    name: str
    needs: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    after: str = ""
    counted: Callable[[Gains], tuple[int, int]] | None = None
    begun: Callable[[Gains], bool] | None = None
    ticks: str = ""
    free: bool = False
    tried: str = ""


ROADS: tuple[Road, ...] = (
    Road(
        "robots",
        looks=("robots",),
        counted=lambda g: (g.robots.living - g.robots.unverified, max(g.groups, 1)),
        begun=lambda g: g.robots.living > 0,
    ),
    Road("roster", counted=lambda g: (g.with_one if g.groups else 0, max(g.villages, 1))),
    Road(
        "application",
        needs=("wecom_corp_id", "wecom_secret", "wecom_agent_id"),
        looks=("wecom",),
        tried="wecom_app",
    ),
    Road("address", needs=("base_url",), looks=("address", "certificate"), ticks="icp"),
    Road("domain", looks=("domain",), after="address"),
    Road("callback", needs=("wecom_token", "wecom_aes_key"), looks=("callback_wecom",), after="address"),
    Road("account", needs=("oa_app_id", "oa_secret"), looks=("account",), after="address", free=True),
    Road("account_callback", needs=("oa_token", "oa_aes_key"), looks=("callback_oa",), after="account", free=True),
    Road(
        "template",
        needs=("oa_template_id",),
        looks=("template", "templates"),
        after="account",
        free=True,
        tried="oa_template",
    ),
    Road("menu", looks=("menu",), after="account", free=True),
    Road("poster", after="account", counted=lambda g: (g.posters, max(g.villages, 1)), free=True),
    Road("sms", needs=("sms_webhook",), looks=("sms",), free=True, tried="sms"),
    Road("voice", needs=("voice_webhook",), looks=("voice",), after="address", free=True),
    Road("speakers", counted=lambda g: (min(g.outlets, 1), 1), ticks="speakers", free=True),
)
BY_NAME = {road.name: road for road in ROADS}
HINTS = {
    "wecom_corp_id": "企业ID，在“我的企业”最下面",
    "wecom_secret": "应用详情里的Secret",
    "wecom_agent_id": "应用详情里的AgentId",
    "base_url": "https://你们的域名",
    "oa_app_id": "开发者ID(AppID)",
    "oa_secret": "开发者密码(AppSecret)",
    "oa_template_id": "模板ID",
    "sms_webhook": "https://短信网关的地址",
    "voice_webhook": "https://语音网关的地址",
}
SECRETS = {"wecom_token": "wecom", "wecom_aes_key": "wecom", "oa_token": "oa", "oa_aes_key": "oa"}
CALLBACKS = {"callback": "/callbacks/wecom", "account_callback": "/callbacks/official-account"}


def lacking(road: Road, settings: Settings, vault: Vault) -> list[Line]:
    """The lines that `.env` still needs for this road."""
    return [line(name, vault) for name in road.needs if not getattr(settings, name)]


def line(name: str, vault: Vault) -> Line:
    """Token and EncodingAESKey are made here, out of SECRET_KEY: the same at each look, so that what was copied into
    one place fits the other."""
    if name not in SECRETS:
        return Line(name, HINTS[name])
    raw = vault.derive(f"suggested {name}".encode()).hex()
    return Line(name, raw[:32] if name.endswith("token") else raw[:43], made=True)

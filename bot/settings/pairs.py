"""Settings that only work together: a road that is half there is refused at the start, not found out in the night."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings

FIELD = re.compile(r"[A-Za-z_]+[0-9]*")
NAMED = re.compile(r"postgresql://[^/?]*/[^/?]+")  # PostgreSQL, with a database's name
FACTS = ("what", "where", "when", "until")  # what a template's field can hold


def half(settings: "Settings") -> Iterator[str]:
    """What is lacking, in the words of whoever has to mend it; the first is enough."""
    for part in (_machine, _gateways, _wecom, _account, _keys):
        yield from part(settings)


def _machine(s: "Settings") -> Iterator[str]:
    if s.redis_url and not s.redis_url.startswith(("redis://", "rediss://", "unix://")):
        yield "REDIS_URL 应以 redis://、rediss:// 或 unix:// 开头"
    if s.redis_url and not s.database_url.startswith("postgresql://"):
        yield "REDIS_URL 只和 PostgreSQL 一起用：DATABASE_URL 也要设为 postgresql:// 开头的地址"
    if s.database_url and not s.database_url.startswith(("sqlite:///", "postgresql://")):
        yield "DATABASE_URL 应以 sqlite:/// 或 postgresql:// 开头"
    if s.database_url.startswith("sqlite:///") and s.sqlite_path in {"", ":memory:"}:
        yield "DATABASE_URL 没有写文件，例如 sqlite:////var/lib/signaltree/signaltree.db"
    if s.database_url.startswith("postgresql://") and not NAMED.match(s.database_url):
        yield "DATABASE_URL 没有写库名，例如 postgresql://用户:密码@127.0.0.1/signaltree"
    if s.red_reserve >= s.robot_per_minute:
        yield "RED_RESERVE 要小于 ROBOT_PER_MINUTE：都留给红色，别的就一条也发不到群里"


def _gateways(s: "Settings") -> Iterator[str]:
    if s.speech_webhook and s.speech_command:
        yield "SPEECH_WEBHOOK 和 SPEECH_COMMAND 只能填一个"
    if s.voice_webhook and not s.base_url:
        yield "VOICE_WEBHOOK 要和 BASE_URL 一起填：电话网关要能回告谁接通、按了哪个键"


def _wecom(s: "Settings") -> Iterator[str]:
    if s.pstncc and not s.wecom_corp_id:
        yield "PSTNCC 要和 WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 一起填"
    whole = (s.wecom_corp_id, s.wecom_secret, s.wecom_agent_id)
    if any(whole) and not all(whole):
        yield "WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 要一起填，或都不填"
    if s.wecom_customer_groups and not s.wecom_corp_id:
        yield "WECOM_CUSTOMER_GROUPS 要和 WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 一起填"
    if bool(s.wecom_token) != bool(s.wecom_aes_key):
        yield "WECOM_TOKEN、WECOM_AES_KEY 要一起填，或都不填：在应用的“接收消息—设置 API 接收”里"
    if s.wecom_token and not s.wecom_corp_id:
        yield "WECOM_TOKEN、WECOM_AES_KEY 要和 WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 一起填"


def _account(s: "Settings") -> Iterator[str]:
    if s.oa_notice_template_id and not (s.has_account and s.hears_oa and s.base_url):
        yield (
            "OA_NOTICE_TEMPLATE_ID 要和 OA_APP_ID、OA_SECRET、OA_TOKEN、OA_AES_KEY、BASE_URL 一起填："
            "没有回调就不知道谁同意了"
        )
    if s.oa_mass and not s.has_account:
        yield "OA_MASS 要和 OA_APP_ID、OA_SECRET 一起填"
    account = (s.oa_app_id, s.oa_secret)
    if any(account) and not all(account) and not (s.oa_app_id and s.hears_oa):
        yield "OA_APP_ID、OA_SECRET 要一起填，或都不填：在公众号后台“设置与开发—基本配置”里"
    if s.oa_token and not (s.oa_aes_key or s.oa_mode == "plain"):
        yield "OA_TOKEN、OA_AES_KEY 要一起填，或都不填：在公众号后台“服务器配置”里，加解密方式选安全模式"
    if s.oa_aes_key and not s.oa_token:
        yield "OA_TOKEN、OA_AES_KEY 要一起填，或都不填：在公众号后台“服务器配置”里"
    if s.oa_token and not s.oa_app_id:
        yield "OA_TOKEN、OA_AES_KEY 要和 OA_APP_ID、OA_SECRET 一起填"
    if s.oa_template_id and not s.has_account:
        yield "OA_TEMPLATE_ID 要和 OA_APP_ID、OA_SECRET 一起填"


def _keys(s: "Settings") -> Iterator[str]:
    for name in ("wecom_aes_key", "oa_aes_key"):
        if getattr(s, f"{name}_previous") and not getattr(s, name):
            yield f"{name.upper()}_PREVIOUS 只在换密钥时用：现在的 {name.upper()} 也要填"
    for name in ("oa_template_fields", "oa_notice_fields"):
        if wrong := next(_wrong(getattr(s, name)), ""):
            yield f"{name.upper()}：“{wrong}”应写成 字段=内容，内容是 {'、'.join(FACTS)}，例如 thing1=what,time3=when"
        elif "what" not in re.split(r"[=,\s]+", getattr(s, name)):
            yield f"{name.upper()} 里没有一栏写 what：收的人看不出是什么预警"


def _wrong(fields: str) -> Iterator[str]:
    """Parts that are no field with something to hold."""
    for part in (part.strip() for part in fields.split(",") if part.strip()):
        name, _, fact = (piece.strip() for piece in part.partition("="))
        if not FIELD.fullmatch(name) or fact not in FACTS:
            yield part

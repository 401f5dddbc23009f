"""Settings: read once, frozen, and nothing unknown is let through."""

import contextlib
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.pairs import half

PREFIX = "SIGNALTREE_"
CHINESE, SPOKEN = "zh-CN", ("ko",)  # and in which other languages there are texts
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PLAIN = {  # what pydantic finds, as people say it
    "int_parsing": "应是整数",
    "float_parsing": "应是数字",
    "bool_parsing": "应是 true 或 false",
    "greater_than_equal": "太小，最小是 {ge}",
    "less_than_equal": "太大，最大是 {le}",
}


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix SIGNALTREE_, or a line of `.env`; `NAME_FILE` reads
    the value of NAME from a file. Read it with `load`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_file=None)

    database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Path("data")
    secret_key: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    timezone: str = "Asia/Shanghai"
    wecom_api_base: str = "https://qyapi.weixin.qq.com"
    wecom_corp_id: str = ""
    wecom_agent_id: int | None = None
    wecom_secret: str = ""
    wecom_token: str = ""
    wecom_aes_key: str = ""
    wecom_aes_key_previous: str = ""
    oa_api_base: str = "https://api.weixin.qq.com"
    oa_app_id: str = ""
    oa_secret: str = ""
    oa_token: str = ""
    oa_aes_key: str = ""
    oa_aes_key_previous: str = ""
    oa_mode: str = "safe"
    training_api_base: str = ""
    oauth_base: str = "https://open.weixin.qq.com"
    sms_webhook: str = ""
    voice_webhook: str = ""
    speech_webhook: str = ""
    heartbeat_url: str = ""
    trusted_proxies: str = ""
    log_level: str = "INFO"
    # Beyond the public names: how the worker works.
    send_open: int = 200  # requests kept open at once
    claim_size: int = 500  # batches taken at once, red a fifth of it
    robot_per_minute: int = 20
    red_reserve: int = 5  # of each window, kept for red
    call_timeout: float = 10.0  # seconds
    wecom_account_cap: int | None = Field(default=None, ge=1)  # 账号上限: its application's day is 200 times that
    lease_seconds: float = 5.0
    demo: bool = False  # set by `demo` alone: pages say that nothing here is real
    oa_template_id: str = ""  # of the account's warning template, and which of its fields holds what:
    oa_template_fields: str = "thing1=what,thing2=where,time3=when,thing4=until"
    oa_notice_template_id: str = ""  # of the account's subscription notice, and its fields
    oa_notice_fields: str = "thing1=what,thing2=where,time3=when,thing4=until"
    oa_notice_consent: str = "once"  # each consent for one notice, or lasting, as the platform has given the account
    oa_mass: bool = False  # whether the account may send to many at once; each time a person decides
    callback_seconds: int = 600  # how far a callback's time may lie from ours
    voice_lines: int = Field(default=30, ge=1, le=10_000)  # calls that the gateway can have open at once
    pstncc: bool = False  # WeCom's emergency call, which costs money
    speech_command: str = ""  # recognises recordings on this machine; {file}, {format} and {language} are filled in
    speech_seconds: float = Field(default=5.0, ge=0.5, le=60.0)  # that recognising one recording may take
    speech_confidence: float = Field(default=0.7, ge=0.0, le=1.0)  # below it a person listens
    wecom_customer_groups: bool = False  # the application may write to customers' groups
    customer_group_limit: str = "month"  # how many a group gets, as set at the platform: month, week or day
    customer_group_remind: int = Field(default=10, ge=1, le=1440)  # minutes after which who must confirm is reminded
    languages: str = ""  # beside Chinese, by comma: each once somebody of the county who speaks it has read its texts
    feed_hosts: str = ""  # further hosts that a feed may link to, by comma
    feed_folders: str = ""  # folders below which a feed's folder may lie, by comma; DATA_DIR/feeds by default

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("没有这个时区，例如 Asia/Shanghai") from error
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LEVELS:
            raise ValueError(f"只能是 {'、'.join(LEVELS)}")
        return value.upper()

    @field_validator("oa_notice_consent")
    @classmethod
    def _consent(cls, value: str) -> str:
        if value not in {"once", "lasting"}:
            raise ValueError("只能是 once（一次同意发一条）或 lasting（长期）")
        return value

    @field_validator("oa_mode")
    @classmethod
    def _mode(cls, value: str) -> str:
        if value not in {"safe", "compatible", "plain"}:
            raise ValueError("只能是 safe、compatible 或 plain")
        return value

    @field_validator(
        *("base_url", "wecom_api_base", "oa_api_base", "training_api_base", "oauth_base"),
        *("sms_webhook", "voice_webhook", "speech_webhook", "heartbeat_url"),
    )
    @classmethod
    def _url(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("应是 http:// 或 https:// 开头的完整地址")
        return value.rstrip("/")

    @field_validator("wecom_aes_key", "wecom_aes_key_previous", "oa_aes_key", "oa_aes_key_previous")
    @classmethod
    def _aes(cls, value: str) -> str:
        if value and not (len(value) == 43 and value.isascii() and value.isalnum()):
            raise ValueError("应是 43 位字母和数字，请从后台原样复制")
        return value

    @field_validator("speech_command")
    @classmethod
    def _command(cls, value: str) -> str:
        """Refused at the start, and not at the first recording of a night."""
        try:
            words = shlex.split(value)
            [word.format(file="", format="", language="") for word in words]
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError("引号或花括号不成对；能用的只有 {file}、{format}、{language}") from error
        if words and not Path(words[0]).is_absolute():
            raise ValueError("程序要写完整路径，例如 /usr/local/bin/listen {file}")
        if words and not any("{file}" in word for word in words[1:]):
            raise ValueError("少了录音文件的位置，例如 /usr/local/bin/listen {file}")
        return value

    @field_validator("customer_group_limit")
    @classmethod
    def _allowance(cls, value: str) -> str:
        if value not in {"month", "week", "day"}:
            raise ValueError("只能是 month（每月当月天数条）、week（每周 7 条）或 day（每天 1 条）")
        return value

    @field_validator("languages")
    @classmethod
    def _languages(cls, value: str) -> str:
        named = [text.strip().lower() for text in value.split(",") if text.strip()]
        if unknown := [text for text in named if text not in SPOKEN]:
            raise ValueError(f"没有“{unknown[0]}”这种语言的话，除了汉语现在只有 {'、'.join(SPOKEN)}（朝鲜语）")
        return ",".join(named)

    @field_validator("feed_folders")
    @classmethod
    def _folders(cls, value: str) -> str:
        if any(not Path(text.strip()).is_absolute() for text in value.split(",") if text.strip()):
            raise ValueError("应是文件夹的完整路径，几个之间用逗号隔开")
        return value

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("REDIS_URL 应以 redis://、rediss:// 或 unix:// 开头")
        if self.redis_url and not self.database_url.startswith("postgresql://"):
            raise ValueError("REDIS_URL 只和 PostgreSQL 一起用：DATABASE_URL 也要设为 postgresql:// 开头的地址")
        if self.speech_webhook and self.speech_command:
            raise ValueError("SPEECH_WEBHOOK 和 SPEECH_COMMAND 只能填一个")
        if self.voice_webhook and not self.base_url:
            raise ValueError("VOICE_WEBHOOK 要和 BASE_URL 一起填：电话网关要能回告谁接通、按了哪个键")
        if self.pstncc and not self.wecom_corp_id:
            raise ValueError("PSTNCC 要和 WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 一起填")
        wecom = (self.wecom_corp_id, self.wecom_secret, self.wecom_agent_id)
        if any(wecom) and not all(wecom):
            raise ValueError("WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 要一起填，或都不填")
        if self.oa_notice_template_id and not (self.has_account and self.hears_oa and self.base_url):
            raise ValueError(
                "OA_NOTICE_TEMPLATE_ID 要和 OA_APP_ID、OA_SECRET、OA_TOKEN、OA_AES_KEY、BASE_URL 一起填："
                "没有回调就不知道谁同意了"
            )
        if self.oa_mass and not self.has_account:
            raise ValueError("OA_MASS 要和 OA_APP_ID、OA_SECRET 一起填")
        if self.wecom_customer_groups and not self.wecom_corp_id:
            raise ValueError("WECOM_CUSTOMER_GROUPS 要和 WECOM_CORP_ID、WECOM_SECRET、WECOM_AGENT_ID 一起填")
        if self.database_url and not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("DATABASE_URL 应以 sqlite:/// 或 postgresql:// 开头")
        for lacking in half(self):
            raise ValueError(lacking)
        return self

    @property
    def spoken(self) -> tuple[str, ...]:
        """All languages in which people are spoken to."""
        return (CHINESE, *filter(None, self.languages.split(",")))

    def speaks(self, language: str) -> str:
        """In which language whoever wants this one is spoken to: Chinese, unless the county has switched it on."""
        return language if language in self.spoken else CHINESE

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's URL without a driver; SQLite in DATA_DIR by default."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'signaltree.db').absolute()}"

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def sqlite_path(self) -> str:
        return self.database.removeprefix("sqlite:///")

    @property
    def hears_wecom(self) -> bool:
        """Whether WeCom's callback is set up: then a digit typed there reaches us."""
        return bool(self.wecom_corp_id and self.wecom_token and self.wecom_aes_key)

    @property
    def hears_oa(self) -> bool:
        """Whether the official account's callback is set up."""
        return bool(self.oa_app_id and self.oa_token and (self.oa_aes_key or self.oa_mode == "plain"))

    @property
    def hears_sms(self) -> bool:
        """Whether the gateway for text messages can call us back: it needs our address."""
        return bool(self.sms_webhook and self.base_url)

    @property
    def has_speech(self) -> bool:
        """Whether something recognises recordings."""
        return bool(self.speech_webhook or self.speech_command)

    @property
    def has_account(self) -> bool:
        """Whether the official account's sending endpoints are set up on the live road."""
        return bool(self.oa_app_id and self.oa_secret)

    @property
    def feed_roots(self) -> list[Path]:
        """Below these a folder may be a feed."""
        named = [Path(text.strip()) for text in self.feed_folders.split(",") if text.strip()]
        return named or [(self.data_dir / "feeds").absolute()]

    @property
    def has_application(self) -> bool:
        """Whether the WeCom application message is set up on the live road."""
        return bool(self.wecom_corp_id)


def load(environ: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings, make SECRET_KEY where none is given, or raise SettingsError that names the setting."""
    given = _named(dict(_env_lines(env_file))) if env_file else {}
    nearer = _named(os.environ if environ is None else environ)
    given = _with_files({k: v for k, v in given.items() if not {k, _other_form(k)} & set(nearer)} | nearer)
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise SettingsError("；".join(f"{PREFIX}{name.upper()}：没有这个设置" for name in unknown))
    try:
        settings = Settings(**(_blank() | {k: v for k, v in given.items() if v != ""}))
    except ValidationError as error:
        raise SettingsError("；".join(_said(e) for e in error.errors())) from None
    if settings.secret_key:
        return settings
    try:
        return settings.model_copy(update={"secret_key": _own_key(settings.data_dir)})
    except OSError as error:
        raise SettingsError(f"{PREFIX}DATA_DIR：不能写 {settings.data_dir}（{error.strerror}）") from None


def environment(settings: Settings) -> dict[str, str]:
    """The variables from which a child process reads these very settings, whatever its `.env` says."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {f"{PREFIX}{name.upper()}": "" if value is None else str(value) for name, value in values.items()}


def _named(values: Mapping[str, str]) -> dict[str, str]:
    """Our own among `values`, by setting."""
    return {k.upper().removeprefix(PREFIX).lower(): v for k, v in values.items() if k.upper().startswith(PREFIX)}


def _other_form(name: str) -> str:
    """NAME of NAME_FILE and the other way round: what is set nearer replaces both forms."""
    return name.removesuffix("_file") if name.endswith("_file") else f"{name}_file"


def _blank() -> dict[str, Any]:
    """Every field's default, so that pydantic does not look into the environment a second time."""
    return {name: field.get_default() for name, field in Settings.model_fields.items()}


def _said(error: ErrorDetails) -> str:
    """One mistake: the setting's name and what it should be; never its value, which may be a secret."""
    name = "_".join(str(part) for part in error["loc"]).upper()
    plain = PLAIN.get(error["type"])
    message = plain.format(**error.get("ctx", {})) if plain else error["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name}：{message}" if name else message


def _env_lines(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().upper().startswith(PREFIX):
            raise SettingsError(f"{path} 第 {number} 行：应写成 {PREFIX}名称=值")
        pairs.append((name.strip(), value.strip().strip("\"'")))
    return pairs


def _with_files(given: dict[str, str]) -> dict[str, str]:
    for name in [n for n in given if n.endswith("_file") and n.removesuffix("_file") in Settings.model_fields]:
        target, path = name.removesuffix("_file"), Path(given.pop(name))
        if given.get(target):
            raise SettingsError(f"{PREFIX}{target.upper()} 和 {PREFIX}{name.upper()} 只能填一个")
        try:
            given[target] = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{PREFIX}{name.upper()}：读不了 {path}（{error.strerror}）") from error
    return given


def _own_key(data_dir: Path) -> str:
    """SECRET_KEY of this machine, made once, mode 0600. Of two processes that make it at once one wins: the file comes
    into being whole, by a link."""
    path, own = data_dir / "secret_key", data_dir / f".secret_key.{secrets.token_hex(8)}"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text(encoding="ascii").strip()

"""All that can be set, and what it is where nobody sets it."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.kinds import (
    AesKey,
    Allowance,
    Command,
    Consent,
    Copied,
    Folders,
    Home,
    Hosts,
    Languages,
    Level,
    Mode,
    Networks,
    Url,
    Zone,
)

PREFIX = "SIGNALTREE_"


class Fields(BaseSettings):
    """One field for each setting; what is no value of its kind is refused at the start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_file=None)

    database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Path("data")
    secret_key: str = ""
    base_url: Home = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    timezone: Zone = "Asia/Shanghai"
    wecom_api_base: Url = "https://qyapi.weixin.qq.com"
    wecom_corp_id: Copied = ""
    wecom_agent_id: int | None = Field(default=None, ge=1)
    wecom_secret: Copied = ""
    wecom_token: Copied = ""
    wecom_aes_key: AesKey = ""
    wecom_aes_key_previous: AesKey = ""
    oa_api_base: Url = "https://api.weixin.qq.com"
    oa_app_id: Copied = ""
    oa_secret: Copied = ""
    oa_token: Copied = ""
    oa_aes_key: AesKey = ""
    oa_aes_key_previous: AesKey = ""
    oa_mode: Mode = "safe"
    training_api_base: Url = ""
    oauth_base: Url = "https://open.weixin.qq.com"
    sms_webhook: Url = ""
    voice_webhook: Url = ""
    speech_webhook: Url = ""
    heartbeat_url: Url = ""
    trusted_proxies: Networks = ""
    log_level: Level = "INFO"
    # Beyond the public names: how the worker works.
    send_open: int = Field(default=200, ge=1)  # requests kept open at once
    claim_size: int = Field(default=500, ge=1)  # batches taken at once, red a fifth of it
    robot_per_minute: int = Field(default=20, ge=1)
    red_reserve: int = Field(default=5, ge=0)  # of each window, kept for red
    call_timeout: float = Field(default=10.0, ge=0.1)  # seconds
    wecom_account_cap: int | None = Field(default=None, ge=1)  # 账号上限: its application's day is 200 times that
    wecom_base_minute: int = Field(default=10_000, ge=10)  # 基础频率: calls of one interface a minute …
    wecom_base_hour: int = Field(default=150_000, ge=10)  # … and an hour
    wecom_address_minute: int = Field(default=20_000, ge=10)  # of all interfaces, from one address
    wecom_address_hour: int = Field(default=600_000, ge=10)
    lease_seconds: float = Field(default=5.0, ge=0.1)
    demo: bool = False  # set by `demo` alone: pages say that nothing here is real
    oa_template_id: Copied = ""  # of the account's warning template, and which of its fields holds what:
    oa_template_fields: str = "thing1=what,thing2=where,time3=when,thing4=until"
    oa_notice_template_id: Copied = ""  # of the account's subscription notice, and its fields
    oa_notice_fields: str = "thing1=what,thing2=where,time3=when,thing4=until"
    oa_notice_consent: Consent = (
        "once"  # each consent for one notice, or lasting, as the platform has given the account
    )
    oa_mass: bool = False  # whether the account may send to many at once; each time a person decides
    callback_seconds: int = Field(default=600, ge=1)  # how far a callback's time may lie from ours
    voice_lines: int = Field(default=30, ge=1, le=10_000)  # calls that the gateway can have open at once
    pstncc: bool = False  # WeCom's emergency call, which costs money
    speech_command: Command = ""  # recognises recordings on this machine; {file}, {format} and {language} are filled in
    speech_seconds: float = Field(default=5.0, ge=0.5, le=60.0)  # that recognising one recording may take
    speech_confidence: float = Field(default=0.7, ge=0.0, le=1.0)  # below it a person listens
    wecom_customer_groups: bool = False  # the application may write to customers' groups
    customer_group_limit: Allowance = "month"  # how many a group gets, as set at the platform: month, week or day
    customer_group_remind: int = Field(default=10, ge=1, le=1440)  # minutes after which who must confirm is reminded
    languages: Languages = (
        ""  # beside Chinese, by comma: each once somebody of the county who speaks it has read its texts
    )
    feed_hosts: Hosts = ""  # further hosts that a feed may link to, by comma
    feed_folders: Folders = ""  # folders below which a feed's folder may lie, by comma; DATA_DIR/feeds by default

"""Settings: read once, frozen, and nothing unknown is let through."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError, model_validator

from bot.errors import SettingsError
from bot.settings import reading
from bot.settings.fields import PREFIX, Fields
from bot.settings.pairs import half

CHINESE = "zh-CN"  # everybody is spoken to in it unless the county has switched another language on


class Settings(Fields):
    """Every setting is an environment variable with the prefix SIGNALTREE_, or a line of `.env`; `NAME_FILE` reads
    the value of NAME from a file. Read it with `load`."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
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
    given = reading.given(os.environ if environ is None else environ, env_file)
    try:
        settings = Settings(**(_blank() | given))
    except ValidationError as error:
        raise SettingsError("；".join(reading.said(e) for e in error.errors())) from None
    if settings.secret_key:
        return settings
    try:
        return settings.model_copy(update={"secret_key": reading.own_key(settings.data_dir)})
    except OSError as error:
        raise SettingsError(f"{PREFIX}DATA_DIR：不能写 {settings.data_dir}（{error.strerror}）") from None


def environment(settings: Settings) -> dict[str, str]:
    """The variables from which a child process reads these very settings, whatever its `.env` says."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {f"{PREFIX}{name.upper()}": "" if value is None else str(value) for name, value in values.items()}


def _blank() -> dict[str, Any]:
    """Every field's default, so that pydantic does not look into the environment a second time."""
    return {name: field.get_default() for name, field in Settings.model_fields.items()}

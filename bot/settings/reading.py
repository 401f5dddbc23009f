"""Where the values stand: the environment, `.env`, a file for a secret, and the key that this machine makes itself."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic_core import ErrorDetails

from bot.errors import SettingsError
from bot.settings.fields import PREFIX, Fields

PLAIN = {  # what pydantic finds, as people say it
    "int_parsing": "应是整数",
    "float_parsing": "应是数字",
    "bool_parsing": "应是 true 或 false",
    "greater_than_equal": "太小，最小是 {ge}",
    "less_than_equal": "太大，最大是 {le}",
}


def given(environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    """What was set, by setting; the environment is nearer than `.env`. Raises SettingsError for what nobody knows."""
    lines = _named(dict(_env_lines(env_file))) if env_file else {}
    nearer = _named(environ)
    values = _with_files({k: v for k, v in lines.items() if not {k, _other_form(k)} & set(nearer)} | nearer)
    unknown = sorted(set(values) - set(Fields.model_fields))
    if unknown:
        raise SettingsError("；".join(f"{PREFIX}{name.upper()}：没有这个设置" for name in unknown))
    return {name: value for name, value in values.items() if value != ""}


def said(error: ErrorDetails) -> str:
    """One mistake: the setting's name and what it should be; never its value, which may be a secret."""
    name = "_".join(str(part) for part in error["loc"]).upper()
    plain = PLAIN.get(error["type"])
    message = plain.format(**error.get("ctx", {})) if plain else error["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name}：{message}" if name else message


def own_key(data_dir: Path) -> str:
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


def _named(values: Mapping[str, str]) -> dict[str, str]:
    """Our own among `values`, by setting."""
    return {k.upper().removeprefix(PREFIX).lower(): v for k, v in values.items() if k.upper().startswith(PREFIX)}


def _other_form(name: str) -> str:
    """NAME of NAME_FILE and the other way round: what is set nearer replaces both forms."""
    return name.removesuffix("_file") if name.endswith("_file") else f"{name}_file"


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
    for name in [n for n in given if n.endswith("_file") and n.removesuffix("_file") in Fields.model_fields]:
        target, path = name.removesuffix("_file"), Path(given.pop(name))
        if given.get(target):
            raise SettingsError(f"{PREFIX}{target.upper()} 和 {PREFIX}{name.upper()} 只能填一个")
        try:
            given[target] = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{PREFIX}{name.upper()}：读不了 {path}（{error.strerror}）") from error
    return given

"""What a value has to look like, kind by kind; the refusal says what it should be and never repeats the value."""

import shlex
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

SPOKEN = ("ko",)  # in which languages beside Chinese there are texts
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("没有这个时区，例如 Asia/Shanghai") from error
    return value


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError(f"只能是 {'、'.join(LEVELS)}")
    return value.upper()


def _consent(value: str) -> str:
    if value not in {"once", "lasting"}:
        raise ValueError("只能是 once（一次同意发一条）或 lasting（长期）")
    return value


def _mode(value: str) -> str:
    if value not in {"safe", "compatible", "plain"}:
        raise ValueError("只能是 safe、compatible 或 plain")
    return value


def _url(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise ValueError("应是 http:// 或 https:// 开头的完整地址")
    return value.rstrip("/")


def _aes_key(value: str) -> str:
    if value and not (len(value) == 43 and value.isascii() and value.isalnum()):
        raise ValueError("应是 43 位字母和数字，请从后台原样复制")
    return value


def _command(value: str) -> str:
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


def _allowance(value: str) -> str:
    if value not in {"month", "week", "day"}:
        raise ValueError("只能是 month（每月当月天数条）、week（每周 7 条）或 day（每天 1 条）")
    return value


def _languages(value: str) -> str:
    named = [text.strip().lower() for text in value.split(",") if text.strip()]
    if unknown := [text for text in named if text not in SPOKEN]:
        raise ValueError(f"没有“{unknown[0]}”这种语言的话，除了汉语现在只有 {'、'.join(SPOKEN)}（朝鲜语）")
    return ",".join(named)


def _folders(value: str) -> str:
    if any(not Path(text.strip()).is_absolute() for text in value.split(",") if text.strip()):
        raise ValueError("应是文件夹的完整路径，几个之间用逗号隔开")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Level = Annotated[str, AfterValidator(_level)]
Consent = Annotated[str, AfterValidator(_consent)]
Mode = Annotated[str, AfterValidator(_mode)]
Url = Annotated[str, AfterValidator(_url)]
AesKey = Annotated[str, AfterValidator(_aes_key)]
Command = Annotated[str, AfterValidator(_command)]
Allowance = Annotated[str, AfterValidator(_allowance)]
Languages = Annotated[str, AfterValidator(_languages)]
Folders = Annotated[str, AfterValidator(_folders)]

"""What a value has to look like, kind by kind; the refusal says what it should be and never repeats the value."""

import shlex
from ipaddress import ip_network
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
    if not value:
        return value
    if not _plain(value):
        raise ValueError("地址里不能有汉字和空格；中文域名请写成 xn-- 开头的")
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("应是 http:// 或 https:// 开头的完整地址")
    return value.rstrip("/")


def _home(value: str) -> str:
    """Where people and platforms come in. Our pages stand at its root and nowhere below."""
    value = _url(value)
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("只写到域名和端口，后面不要带别的，例如 https://yujing.example.cn")
    return value


def _copied(value: str) -> str:
    """What a platform's back office shows: a hint that was not replaced, or a blank, is found now and not by the
    platform, which shuts out whoever repeats it."""
    if not _plain(value):
        raise ValueError("应是从后台原样复制的字母和数字，没有汉字和空格")
    return value


def _plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


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


def _networks(value: str) -> str:
    for text in filter(None, (part.strip() for part in value.split(","))):
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise ValueError(f"“{text}”不是地址，应像 127.0.0.1 或 10.0.0.0/8，几个之间用逗号隔开") from error
    return value


def _hosts(value: str) -> str:
    if any(not _plain(text.strip()) or set(text) & set("/:@") for text in value.split(",") if text.strip()):
        raise ValueError("只写主机名，例如 data.example.cn，几个之间用逗号隔开")
    return value


def _folders(value: str) -> str:
    if any(not Path(text.strip()).is_absolute() for text in value.split(",") if text.strip()):
        raise ValueError("应是文件夹的完整路径，几个之间用逗号隔开")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Level = Annotated[str, AfterValidator(_level)]
Consent = Annotated[str, AfterValidator(_consent)]
Mode = Annotated[str, AfterValidator(_mode)]
Url = Annotated[str, AfterValidator(_url)]
Home = Annotated[str, AfterValidator(_home)]
Copied = Annotated[str, AfterValidator(_copied)]
Hosts = Annotated[str, AfterValidator(_hosts)]
Networks = Annotated[str, AfterValidator(_networks)]
AesKey = Annotated[str, AfterValidator(_aes_key)]
Command = Annotated[str, AfterValidator(_command)]
Allowance = Annotated[str, AfterValidator(_allowance)]
Languages = Annotated[str, AfterValidator(_languages)]
Folders = Annotated[str, AfterValidator(_folders)]

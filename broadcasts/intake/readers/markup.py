"""Markup in a warning's words: it is shown as letters, never as markup, and the officer is told."""

import re
from collections.abc import Iterator

from broadcasts.intake.message import Fault, Message

NAMES = "p|br|b|i|u|em|strong|div|span|a|font|table|tr|td|ul|ol|li|h[1-6]|img|script|style|iframe|input|form|svg"
MARKUP = re.compile(rf"</?(?:{NAMES})\b[^<>]{{0,200}}>|&(?:nbsp|lt|gt|amp|quot|#\d{{1,6}});", re.IGNORECASE)
SAID = "“{}”里有网页标记（{}），按文字原样显示，不会当作网页。请让发来方去掉。"
FIELDS = {
    "headline": "标题",
    "description": "正文",
    "instruction": "防御指南",
    "event": "灾种",
    "sender_name": "发布单位",
}


def doubts(message: Message) -> tuple[Fault, ...]:
    """One for each field of each block in which it stands."""
    return tuple(_found(message))


def _found(message: Message) -> Iterator[Fault]:
    for at, info in enumerate(message.infos, 1):
        for name, zh in FIELDS.items():
            if match := MARKUP.search(getattr(info, name)):
                yield Fault(f"info[{at}]/{name}", None, SAID.format(zh, match[0][:40]))

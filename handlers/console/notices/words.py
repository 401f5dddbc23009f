"""A notice in words: each field as people say it, and what one version changed of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.directory.tree import Tree
from broadcasts.alerts.models import Kind
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.hazards.catalogue import hazard
from broadcasts.notices.models import Notice, NoticeVersion
from broadcasts.notices.writing.content import TITLES, Change, Content, changes

LOCAL = ("body", "hazard", "grade", "order", "text", "measures", "starts", "ends", "areas", "roles", "loud")
PLAIN = ("form", "body", "title", "text", "measures", "hazard", "starts", "ends", "areas", "roles", "loud")


@dataclass(frozen=True)
class Row:
    title: str
    said: str


@dataclass(frozen=True)
class Changed:
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    row: NoticeVersion
    changed: Sequence[Changed]


def said_content(notice: Notice, content: Content, areas: Tree, now: datetime, zone: ZoneInfo) -> list[Row]:
    """The fields of its kind; those left open are named too where a warning needs them."""
    local = notice.kind is Kind.local
    rows = [Row(TITLES[n], said(n, getattr(content, n), areas, now, zone)) for n in (LOCAL if local else PLAIN)]
    return [row for row in rows if row.said or local]


def said_changes(
    versions: Sequence[tuple[NoticeVersion, Content]], areas: Tree, now: datetime, zone: ZoneInfo
) -> list[Version]:
    """Newest first; the first version changed nothing."""
    made, before = [], None
    for row, content in versions:
        found: Sequence[Change] = changes(before, content) if before else ()
        words = [
            Changed(c.title, said(c.name, c.before, areas, now, zone), said(c.name, c.after, areas, now, zone))
            for c in found
        ]
        made.append(Version(row, words))
        before = content
    return made[::-1]


def said(name: str, value: Any, areas: Tree, now: datetime, zone: ZoneInfo) -> str:
    if name in {"starts", "ends"}:
        return spoken(value, now, zone) if value else ""
    if name == "grade":
        return value.zh if value else ""
    if name == "hazard":
        return hazard(value).name if value else ""
    if name == "areas":
        names = {node.code: node.name for node in areas.nodes.values()}
        return "、".join(names.get(code, code) for code in value)
    if name == "roles":
        return "、".join(value)
    if name == "loud":
        return "叫醒，要应答" if value else "静默送达"
    return str(value)

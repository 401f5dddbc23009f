"""Who hears which recording behind a text: of those that fit the alert, the one spoken nearest to each reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.wecom_app.body import CLIP, clip
from bot.channels.wecom_app.limits import NAME, PER_TARGET
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.select import Target
from broadcasts.clips.chosen import fitting
from broadcasts.clips.models import Clip, Hears
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.marks import begins_spoken, speaks_of_drill


@dataclass(frozen=True)
class Given:
    """Which readers hear one recording."""

    clip: Clip
    readers: list[Target]


async def any_heard(session: AsyncSession) -> bool:
    """Whether the county sends recordings at all."""
    return (await session.execute(_heard().limit(1))).first() is not None


async def every_heard(session: AsyncSession) -> list[Clip]:
    return [*(await session.execute(_heard().order_by(col(Clip.id)))).scalars()]


def _heard() -> sa.Select[Any]:
    return sa.select(Clip).where(
        col(Clip.heard_by) != Hears.nobody,
        col(Clip.approved_at).is_not(None),
        col(Clip.ended_at).is_(None),
        col(Clip.voice_bytes) > 0,
    )


async def heard(session: AsyncSession, alert: Alert) -> list[Clip]:
    """The best first. A recording has no mark: in a drill only one that begins with the word is heard, in earnest none
    that says it."""
    right = begins_spoken if alert.kind is Kind.drill else _earnest
    fit = await fitting(session, alert)
    return [one for one in fit if one.heard_by is not Hears.nobody and one.voice_bytes and right(one.words)]


def _earnest(words: str) -> bool:
    return not speaks_of_drill(words)


def given(clips: Sequence[Clip], readers: Sequence[Target], areas: Tree) -> list[Given]:
    """Each reader's own; who hears none is left out."""
    found: dict[int, Given] = {}
    for reader in readers:
        one = _nearest(clips, reader, [node.id for node in areas.up(reader.area_id)])
        if one is not None:
            found.setdefault(one.id, Given(one, [])).readers.append(reader)
    return [*found.values()]


def _nearest(clips: Sequence[Clip], reader: Target, places: Sequence[int]) -> Clip | None:
    """In her own language before one that all there hear; of each the nearest, the best of what is equally near."""
    mine = [one for one in clips if one.language == reader.language]
    everyones = [one for one in clips if one.heard_by is Hears.everyone]
    return next(
        (one for some in (mine, everyones) for place in (*places, None) for one in some if one.area_id == place), None
    )


def planned(all_given: Sequence[Given], media: Mapping[int, str]) -> Plan:
    """By clip's id what WeCom calls it, and a request for each thousand readers."""
    made = Plan()
    for one in all_given:
        part = clip(media[one.clip.id], one.clip.uid, one.clip.words)
        label = f"录音{one.clip.dialect and f' {one.clip.dialect}'}"
        readers = sorted(one.readers, key=lambda reader: reader.roads[NAME])
        cut = [readers[n : n + PER_TARGET] for n in range(0, len(readers), PER_TARGET)]
        made.batches += [PlannedBatch(len(made.texts), NAME, Mode.quiet, part_of) for part_of in cut]
        made.texts.append(PlannedText(NAME, [part], [label], text_digest([part]), CLIP))
    return made

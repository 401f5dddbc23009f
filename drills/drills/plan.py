"""Writing a drill down: what is practised, where, when and by whom, and its script. All of it may change until it is
handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import tree
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.marks import linted
from broadcasts.hazards.grades import Grade
from drills.drills.approvals.hands import wrote
from drills.drills.models import Aim, Content, Drill, DrillArea, Form, Inject, Stage
from drills.drills.states import NotNow

LONGEST = 24 * 60  # minutes


class Outside(SignalTreeError):
    """这些地方不在您管的范围里："""


class NoPlace(SignalTreeError):
    """还没有选在哪里演练，请选至少一个地方。"""


class NoTrainingRoad(SignalTreeError):
    """没有设置演练用的模拟器（SIGNALTREE_TRAINING_API_BASE），请选真实通道，或请管理员设置。"""


class BadLine(SignalTreeError):
    """脚本有一条不对："""


@dataclass(frozen=True)
class Outline:
    """What an officer writes of a drill. `unit_area` and `areas` are ids."""

    name: str
    hazard: str
    unit: str
    unit_area: int
    areas: Sequence[int]
    starts_at: datetime
    leader: str
    scenario: str
    grade: Grade | None = None
    form: Form = Form.table
    content: Content = Content.single
    aim: Aim = Aim.test
    blind: bool = False
    road: Road = Road.live
    minutes: int = 60
    again: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a script: `minute` after the beginning, to whom (see models.Inject), what, and what should follow."""

    minute: int
    text: str
    whom: str = ""
    expected: str = ""
    asks: bool = True


async def plan(
    session: AsyncSession, settings: Settings, outline: Outline, *, inside: int | None = None, by: str, at: datetime
) -> Drill:
    """A new draft. `inside` is the part of the county that the author may speak for. Raises Outside, NoPlace,
    NoTrainingRoad, Denial."""
    fields = await _checked(session, settings, outline, inside)
    year = at.astimezone(settings.zone).year
    drill = Drill(
        uid=uuid7(at), number=await _number(session, year), road=outline.road, made_by=by, made_at=at, **fields
    )
    session.add(drill)
    await session.flush()
    session.add_all(DrillArea(drill_id=drill.id, area_id=area) for area in dict.fromkeys(outline.areas))
    await wrote(session, drill, by)
    record(session, by, "drill.made", drill.uid, at, road=drill.road.value, blind=drill.blind)
    await session.flush()
    return drill


async def amend(
    session: AsyncSession, settings: Settings, drill: Drill, outline: Outline, *, inside: int | None = None, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Write the draft anew; its road stays. Raises NotNow, and what `plan` raises."""
    if drill.state is not Stage.draft or outline.road is not drill.road:
        raise NotNow
    for name, value in (await _checked(session, settings, outline, inside)).items():
        setattr(drill, name, value)
    session.add(drill)
    await session.execute(sa.delete(DrillArea).where(col(DrillArea.drill_id) == drill.id))
    session.add_all(DrillArea(drill_id=drill.id, area_id=area) for area in dict.fromkeys(outline.areas))
    await wrote(session, drill, by)
    record(session, by, "drill.amended", drill.uid, at)
    await session.flush()


async def write_script(session: AsyncSession, drill: Drill, lines: Sequence[Line], *, by: str, at: datetime) -> None:
    """The whole script, in the order of its minutes. Raises NotNow, BadLine, Denial."""
    if drill.state is not Stage.draft:
        raise NotNow
    ordered = [_line(line, drill) for line in sorted(lines, key=lambda line: line.minute)]
    await session.execute(sa.delete(Inject).where(col(Inject.drill_id) == drill.id))
    session.add_all(
        Inject(drill_id=drill.id, number=number, minute=line.minute, whom=line.whom, text=line.text,
               expected=line.expected, asks=line.asks)
        for number, line in enumerate(ordered, 1)
    )  # fmt: skip
    await wrote(session, drill, by)
    record(session, by, "drill.script", drill.uid, at, injects=len(ordered))
    await session.flush()


def _line(line: Line, drill: Drill) -> Line:
    text = linted(line.text, drill=True)
    if not text:
        raise BadLine("没有写内容。")
    if not 0 <= line.minute < drill.minutes:
        raise BadLine(f"第 {line.minute} 分钟不在演练的 {drill.minutes} 分钟里。")
    return Line(line.minute, text, line.whom.strip()[:24], line.expected.strip()[:255], line.asks)


async def _checked(session: AsyncSession, settings: Settings, outline: Outline, inside: int | None) -> dict[str, Any]:
    areas = await tree(session)
    if not outline.areas:
        raise NoPlace
    wanted = [*outline.areas, outline.unit_area]
    strange = [a for a in wanted if a not in areas.nodes or (inside and inside not in {n.id for n in areas.up(a)})]
    if strange:
        raise Outside(
            "、".join(areas.nodes[a].name if a in areas.nodes else "不认识的地方" for a in dict.fromkeys(strange))
        )
    if outline.road is Road.training and not settings.training_api_base:
        raise NoTrainingRoad
    if not 5 <= outline.minutes <= LONGEST:
        raise BadLine("演练时长要在 5 分钟到 24 小时之间。")
    return {
        "name": linted(outline.name, drill=True)[:64], "hazard": outline.hazard, "grade": outline.grade,
        "unit": outline.unit[:64], "unit_area_id": outline.unit_area, "starts_at": outline.starts_at,
        "minutes": outline.minutes, "leader": outline.leader[:64], "scenario": linted(outline.scenario, drill=True),
        "form": outline.form, "content": outline.content, "aim": outline.aim, "blind": outline.blind,
        "again": outline.again,
    }  # fmt: skip


async def _number(session: AsyncSession, year: int) -> str:
    """2026-007: the year's next; whoever plans at the same moment waits for it."""
    await turn(session, f"drill:{year}")
    wanted = select(Drill.number).where(col(Drill.number).startswith(f"{year}-"))
    taken = [int(number.partition("-")[2]) for number in (await session.execute(wanted)).scalars()]
    return f"{year}-{max(taken, default=0) + 1:03}"

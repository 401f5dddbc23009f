"""Which body may issue which kind, hazard and grade, where and when: rows of the county, each with its basis."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.tree import Tree
from broadcasts.alerts.models import Kind
from broadcasts.hazards.grades import Grade
from broadcasts.notices.models import IssuingRight
from broadcasts.notices.writing.content import Content

COUNTY = "{county}"


async def rights(session: AsyncSession) -> Sequence[IssuingRight]:
    """All rows, oldest first."""
    return (await session.execute(select(IssuingRight).order_by(col(IssuingRight.id)))).scalars().all()


def body_name(row: IssuingRight, areas: Tree) -> str:
    return row.body.replace(COUNTY, areas.roots[0].name if areas.roots else "")


def valid(row: IssuingRight, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def bodies(rows: Iterable[IssuingRight], areas: Tree, kind: Kind, day: date) -> list[str]:
    """The names to choose from."""
    return list(dict.fromkeys(body_name(row, areas) for row in rows if row.kind is kind and valid(row, day)))


def right(
    rows: Iterable[IssuingRight], areas: Tree, kind: Kind, content: Content, day: date
) -> IssuingRight | None:  # fmt: skip
    """The row that lets this body say this; None where no row does."""
    return next((row for row in rows if _covers(row, areas, kind, content, day)), None)


def _covers(row: IssuingRight, areas: Tree, kind: Kind, content: Content, day: date) -> bool:
    return (
        row.kind is kind
        and valid(row, day)
        and body_name(row, areas) == content.body
        and content.hazard.startswith(row.hazard)
        and (not row.grade or content.grade is None or content.grade.rank >= Grade(row.grade).rank)
        and (not row.area_code or _inside(content.areas, row.area_code, areas))
    )


def _inside(codes: Iterable[str], around: str, areas: Tree) -> bool:
    by_code = {node.code: node for node in areas.nodes.values()}
    return all(
        code in by_code and around in {node.code for node in areas.up(by_code[code].id)} for code in codes
    )  # fmt: skip

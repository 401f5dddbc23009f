"""What verify-audit recomputes of reports: that each version still says what it said when it was recorded."""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry
from bot.record.values import content_digest
from handlers.reports.models import Report, ReportVersion

ACTIONS = frozenset({"report.filed", "report.confirmed", "report.returned"})


def report_digest(words: str, values: Mapping[str, object]) -> str:
    return content_digest(words, json.dumps(values, ensure_ascii=False, sort_keys=True))


async def digests(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the version's digest now, None where it is gone."""
    uids = {entry.subject for entry in entries}
    wanted = (
        sa.select(col(Report.uid), col(ReportVersion.number), col(ReportVersion.words), col(ReportVersion.values))
        .join(Report, col(Report.id) == col(ReportVersion.report_id))
        .where(col(Report.uid).in_(uids))
    )
    present = {(row[0], row[1]): report_digest(row[2], row[3]) for row in await session.execute(wanted)}
    return {entry.id: present.get((entry.subject, entry.detail.get("version"))) for entry in entries}

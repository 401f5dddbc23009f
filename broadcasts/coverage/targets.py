"""Setting what the county wants to reach of a figure: a number of per cent, and the document that says so."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import SignalTreeError
from bot.record.entries import record
from broadcasts.coverage.models import FigureTarget

FIGURES = ("coverage", "answered", "reports", "shifts", "drills", "hints")


class BadTarget(SignalTreeError):
    """没有存："""


async def set_target(
    session: AsyncSession, figure: str, percent: str, basis: str, *, by: str, at: datetime
) -> FigureTarget | None:
    """An empty number takes the target away: then None. Raises BadTarget with the mend."""
    if figure not in FIGURES:
        raise BadTarget("没有这一项。")
    known = await session.get(FigureTarget, figure)
    if not percent.strip():
        if known is not None:
            await session.delete(known)
            record(session, by, "figure-target.removed", figure, at)
        return None
    number, paper = percent.strip().rstrip("%％"), basis.strip()[:128]
    if not (number.isdecimal() and 0 < int(number[:4]) <= 100):
        raise BadTarget("目标请写 1 到 100 的整数，例如 95。")
    if not paper:
        raise BadTarget("请写依据的是哪份文件。")
    made = known or FigureTarget(figure=figure, percent=0, basis="", set_by="", set_at=at)
    made.percent, made.basis, made.set_by, made.set_at = int(number), paper, by, at
    session.add(made)
    record(session, by, "figure-target.set", figure, at, percent=made.percent)
    return made

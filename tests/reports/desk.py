"""What the desk has of reports, and the one act that several of its tests begin with."""

from sqlmodel import col, select

from handlers.reports.models import Report
from tests.console.browser import Browser
from tests.world import World


async def reports(world: World) -> list[Report]:
    """All of them, the oldest first."""
    async with world.deps.read() as session:
        return list((await session.execute(select(Report).order_by(col(Report.id)))).scalars())


async def incident(at: Browser, report: Report, name: str) -> str:
    """An incident of that name is begun with a report. Its uid."""
    here = f"/console/reports/{report.uid}"
    await at.open(here)
    await at.send(here, do="join", name=name)
    return at.text.split("/console/incidents/")[1].split('"')[0]

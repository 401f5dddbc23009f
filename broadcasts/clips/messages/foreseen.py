"""Before anything is sent: which recordings would go behind the texts of a plan, in how many calls."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.wecom_app.limits import NAME
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert
from broadcasts.clips.messages.whose import any_heard, given, heard, planned
from broadcasts.dispatch.planning.plan import Plan


async def foreseen(session: AsyncSession, alert: Alert, plan: Plan, areas: Tree) -> Plan:
    """Empty where none would. What WeCom calls them is not asked."""
    if not await any_heard(session):
        return Plan()
    readers = [t for batch in plan.batches if batch.channel == NAME for t in batch.targets if t.kind == "person"]
    wanted = given(await heard(session, alert), readers, areas)
    return planned(wanted, {one.clip.id: "" for one in wanted})

"""`signaltree verify-audit`."""

import sqlalchemy as sa
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.opened import run
from bot.deps import Deps
from bot.record import marks
from bot.record.anchors import holds
from bot.record.findings import Findings
from bot.record.models import Entry
from bot.record.verify import verify
from bot.wiring import RECOMPUTED

WHOLE = 200_000  # entries; up to so many everything is verified each time, it takes seconds


def verify_audit(*, everything: bool, anchor: str) -> int:
    """0 when nothing was changed, 1 when something was, which is named."""
    return run(lambda deps: _verify(deps, everything=everything, anchor=anchor))


async def _verify(deps: Deps, *, everything: bool, anchor: str) -> int:
    async with deps.read() as session:
        since = 0 if everything or await _small(session) else await marks.verified(session, deps.vault)
        found = await verify(session, deps.vault, RECOMPUTED, since=since)
        if anchor and not await holds(session, anchor):
            found.problems.append(f"存证码 {anchor} 与现在的记录对不上")
    if found.clean:
        async with deps.begin() as session:
            await marks.leave(session, deps.vault, found.last_seal, deps.clock.now())
    _tell(found, since, deps)
    return 0 if found.clean else 1


def _tell(found: Findings, since: int, deps: Deps) -> None:
    whence = f"从第 {since + 1} 号封条起（--all 从头核对）" if since else "从头"
    typer.echo(f"{whence}核对了 {found.seals} 个封条、{found.entries} 条记录，复算内容 {found.recomputed} 份。")
    if found.unsealed and found.unsealed_since:
        first = found.unsealed_since.astimezone(deps.settings.zone).strftime("%Y-%m-%d %H:%M:%S")
        typer.echo(f"末尾 {found.unsealed} 条还没有封（自 {first}），系统运行时每秒封一次。")
    for problem in found.problems:
        typer.echo(f"坏 {problem}")
    typer.echo("没有发现改动。" if found.clean else f"发现 {len(found.problems)} 处改动。请保留现场，报告负责人。")


async def _small(session: AsyncSession) -> bool:
    last = (await session.execute(sa.select(sa.func.max(Entry.__table__.c.id)))).scalar_one()  # type: ignore[attr-defined]
    return (last or 0) <= WHOLE

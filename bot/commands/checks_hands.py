"""What `doctor` looks at where the last step is a person's: customers' groups, loudspeakers and screens."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.commands.checks import Check, State
from bot.deps import Deps
from bot.directory.customers.models import CustomerGroup
from bot.directory.models import Group
from bot.directory.outlets.models import OutletKind
from bot.directory.outlets.queries import outlets
from broadcasts.customers.allowance import allowed, used
from broadcasts.dispatch.byhand.keepers import looks

STALE = timedelta(days=2)  # the list of customers' groups is asked for every hour, and each of them once a day


async def by_hand(deps: Deps) -> list[Check]:
    """None where the county has none of it."""
    checks = [await _customers(deps)] if deps.settings.wecom_customer_groups else []
    return [*checks, *await _outlets(deps)]


async def _customers(deps: Deps) -> Check:
    now = deps.clock.now()
    async with deps.read() as session:
        ours = sa.select(col(Group.chat_id)).where(col(Group.chat_id) != "")
        rows = await session.execute(
            sa.select(col(CustomerGroup.chat_id).in_(ours), col(CustomerGroup.seen_at)).where(
                col(CustomerGroup.gone_at).is_(None)
            )
        )
        found = rows.all()
        spent = await used(session, deps.settings, now)
    if not found:
        mend = "把应用加进“客户联系 → 可调用接口的应用”，再在控制台“客户群”里取一次"
        return Check(State.mind, "客户群", "打开了，但没有取到一个群", mend)
    if all(now - seen > STALE for _, seen in found):
        return Check(
            State.bad,
            "客户群",
            "两天没有取到名单，群主可能已经换了",
            "看企业微信后台：应用还在不在“可调用接口的应用”里",
        )
    full = sum(copies >= allowed(deps.settings, now) for copies in spent.values())
    placed = sum(bool(ours) for ours, _ in found)
    words = f"{len(found)} 个，{placed} 个归好了。群主不点确认就到不了"
    if full:
        return Check(State.mind, "客户群", f"{words}；{full} 个的条数用完了", "这些群要靠人转发")
    if not placed:
        return Check(State.mind, "客户群", words, "在控制台“客户群”里写上各归哪里")
    return Check(State.good, "客户群", words)


async def _outlets(deps: Deps) -> list[Check]:
    now = deps.clock.now()
    async with deps.read() as session:
        found = await outlets(session)
    if not found:
        return []
    lacking = [one for one in found if one.keeper_id is None and not looks(one, now)]
    dark = [one for one in found if one.kind is OutletKind.screen and one.seen_at is not None and not looks(one, now)]
    words = f"{len(found)} 处"
    if lacking:
        mend = "在名单里写上负责人，再在控制台“大喇叭、显示屏”里导入"
        return [Check(State.mind, "大喇叭、显示屏", f"{words}，{len(lacking)} 处没有人播", mend)]
    if dark:
        return [Check(State.mind, "大喇叭、显示屏", f"{words}，{len(dark)} 块屏没有来看预警", "看屏的电源和网络")]
    return [Check(State.good, "大喇叭、显示屏", f"{words}，都有人播")]

"""What `doctor` looks at of the official account's roads that take more than a key: notices that people consent to, and
mass sends of which a follower gets four a month."""

from collections.abc import AsyncIterator

from bot.channels.oa_mass.limits import A_MONTH
from bot.commands.checks import Check, State
from bot.deps import Deps
from broadcasts.dispatch.masses.told import calls_since, month
from broadcasts.subscriptions.consents import LASTING, standing


async def account(deps: Deps) -> AsyncIterator[Check]:
    """Of each only where the county has set it up."""
    if deps.settings.oa_notice_template_id:
        yield await _notices(deps)
    if deps.settings.oa_mass:
        yield await _masses(deps)


async def _notices(deps: Deps) -> Check:
    settings = deps.settings
    async with deps.read() as session:
        found = await standing(session, settings.oa_notice_template_id)
    kind = "长期同意" if settings.oa_notice_consent == LASTING else "一次同意发一条"
    words = f"{kind}，现在能发给 {found['can']} 人，{found['refused']} 人不接收"
    if found["can"]:
        return Check(State.good, "订阅通知", words)
    return Check(State.mind, "订阅通知", words, f"请居民打开 {settings.base_url}/h5/notice 点同意")


async def _masses(deps: Deps) -> Check:
    settings = deps.settings
    async with deps.read() as session:
        calls = await calls_since(session, month(deps.clock.now(), settings.zone))
    words = f"本月已用 {calls} 次调用，每人一个月最多收 {A_MONTH} 次"
    if settings.hears_oa:
        return Check(State.good, "公众号群发", words)
    mend = "填 SIGNALTREE_OA_TOKEN、SIGNALTREE_OA_AES_KEY"
    return Check(State.mind, "公众号群发", f"{words}；没有回调，结果靠过后去问，没有人数", mend)

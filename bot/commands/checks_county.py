"""What `doctor` looks at in the database: whether anybody can be woken, and whether anything has gone silent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.access.hands import untied
from bot.access.models import User
from bot.commands.checks import Check, State
from bot.commands.checks_hands import by_hand
from bot.deps import Deps
from bot.directory.models import Person
from bot.directory.robot_counts import robot_counts
from bot.leases.workers import Workers
from bot.record.models import Entry
from bot.settings.kinds import SPOKEN
from bot.sweeps.each import standing
from broadcasts.intake.models import Feed
from drills.duty.now import roster
from drills.duty.rostered import Rostered

LOOKS, BETWEEN = 10, 0.5  # how often, and seconds between: a worker gives a sign every second
NAMED = 5  # logins that are named
AHEAD = timedelta(minutes=2)  # an entry of the record that lies so far in the future means a clock that jumped


async def county(deps: Deps) -> AsyncIterator[Check]:
    yield await _time(deps)
    yield await _users(deps)
    yield await _hands(deps)
    yield await _stumbles(deps)
    yield await _wake(deps)
    yield await _on_shift(deps)
    yield await _robots(deps)
    yield await _feeds(deps)
    for check in await by_hand(deps):
        yield check
    async for check in _languages(deps):
        yield check
    async for check in _workers(deps):
        yield check


async def _time(deps: Deps) -> Check:
    async with deps.read() as session:
        last = (await session.execute(sa.select(col(Entry.at)).order_by(col(Entry.id).desc()).limit(1))).scalar()
    if last is not None and last > deps.clock.now() + AHEAD:
        return Check(State.bad, "时间先后", "最后一条记录的时间在将来，时钟被拨回过", "打开时间同步后再启动")
    return Check(State.good, "时间先后", "时钟没有倒退")


async def _users(deps: Deps) -> Check:
    living = sa.select(sa.func.count()).select_from(User).where(col(User.disabled_at).is_(None))
    async with deps.read() as session:
        count = (await session.execute(living)).scalar_one()
    if count:
        return Check(State.good, "账号", f"{count} 个能登录")
    return Check(State.mind, "账号", "还没有人能登录", "signaltree serve 第一次启动时会给出设置管理员密码的链接")


async def _hands(deps: Deps) -> Check:
    """Whether two logins of one person could be told apart."""
    async with deps.read() as session:
        alone = await untied(session)
    if not alone:
        return Check(State.good, "一人一手", "能登录的账号都对应到了人，自己写的自己批不了")
    words = f"{len(alone)} 个账号没有对应到人：{'、'.join(alone[:NAMED])}"
    return Check(State.mind, "一人一手", words, "在控制台“账号 › 权限”里填上对应人员表里的哪个人")


async def _languages(deps: Deps) -> AsyncIterator[Check]:
    """Who would read another language than the county has switched on; nothing where nobody would."""
    async with deps.read() as session:
        theirs = sa.select(col(Person.language), sa.func.count()).group_by(col(Person.language))
        found = {language: number for language, number in await session.execute(theirs)}
    for language, number in found.items():
        if language in SPOKEN and language not in deps.settings.spoken:
            words = f"{number} 人登记的是 {language}，这种语言没有打开，发给他们的都是汉语"
            mend = f"请懂这种语言的人通读 templates/messages/{language}，认可后设 SIGNALTREE_LANGUAGES={language}"
            yield Check(State.mind, "语言", words, mend)


async def _stumbles(deps: Deps) -> Check:
    """What the clock's work cannot get past."""
    async with deps.read() as session:
        found = await standing(session, deps.clock.now())
    if not found:
        return Check(State.good, "到点的事", "没有办不下去的")
    worst = max(found, key=lambda one: one.times)
    tried = f"{worst.sweep} {worst.subject}，试了 {worst.times} 次（{worst.error}）"
    words = f"{len(found)} 件办不下去，其他照办；最久的是 {tried}"
    return Check(State.bad, "到点的事", words, "把日志里这一行和后面的几行发给维护的人")


async def _wake(deps: Deps) -> Check:
    """Asks the very list by which rings go out."""
    application = deps.settings.has_application
    async with deps.read() as session:
        on_duty = Rostered(application=application)
        targets = await on_duty.to_wake(session, leaders=False, at=deps.clock.now())
    if people := sum(t.kind == "person" for t in targets):
        return Check(State.good, "叫醒值班员", f"企业微信应用已设置，能叫到 {people} 人")
    if targets:
        lacking = "没有值班员绑定企业微信" if application else "企业微信应用没有设置"
        mend = "填 SIGNALTREE_WECOM_*，并用 user add --role officer --person 绑定值班员"
        return Check(State.mind, "叫醒值班员", f"{lacking}，只能靠值班群机器人", mend)
    mend = "填 SIGNALTREE_WECOM_CORP_ID、_AGENT_ID、_SECRET，或导入一个带机器人的值班群"
    return Check(State.bad, "叫醒值班员", "企业微信应用和值班群机器人都没有，来了预警谁也叫不醒", mend)


async def _on_shift(deps: Deps) -> Check:
    """Without a shift all officers are rung: it works, and nobody sleeps."""
    async with deps.read() as session:
        desks = (await roster(session, deps.clock.now())).desks()
    if desks:
        words = "；".join(f"{desk.post.name} {len(desk.people)} 人" for desk in desks)
        return Check(State.good, "值班表", f"现在在班：{words}")
    return Check(State.mind, "值班表", "现在没有人排在班上，来了预警叫醒所有值班员", "在控制台“值班”里排班或导入值班表")


async def _robots(deps: Deps) -> Check:
    async with deps.read() as session:
        count = await robot_counts(session)
    if count.dead:
        words = f"{count.dead} 个已失效，{count.living} 个可用"
        return Check(State.bad, "群机器人", words, "请群主重新添加，把新地址重新导入")
    if count.unverified:
        return Check(
            State.mind, "群机器人", f"{count.living} 个可用，其中 {count.unverified} 个未核对", "在控制台发一次测试码"
        )
    return Check(State.good if count.living else State.mind, "群机器人", f"{count.living} 个可用")


async def _feeds(deps: Deps) -> Check:
    now = deps.clock.now()
    async with deps.read() as session:
        feeds = (await session.execute(sa.select(Feed).where(col(Feed.enabled)))).scalars().all()
    silent = [f for f in feeds if f.heard_at is None or now - f.heard_at > timedelta(seconds=f.silent_after_seconds)]
    if silent:
        names = "、".join(f"{f.name}（{f.error or '没有声音'}）" for f in silent)
        return Check(State.bad, "预警来源", f"没有声音：{names}", "没有声音不等于没有预警：检查网络和对方的地址")
    if not feeds:
        return Check(State.mind, "预警来源", "没有接任何来源", "在控制台添加，或用接口、粘贴录入")
    return Check(State.good, "预警来源", f"{len(feeds)} 个都有声音")


async def _workers(deps: Deps) -> AsyncIterator[Check]:
    """Watch every worker's number for a few seconds."""
    workers = Workers()
    for _ in range(LOOKS):
        async with deps.read() as session:
            alive = await workers.look(session, deps.clock.monotonic())
        if not workers.silent:
            break  # there never was one, or all live
        await asyncio.sleep(BETWEEN)
    if not alive:
        yield Check(State.bad, "发送进程", "没有动静，什么也发不出去", "运行 signaltree serve")
    elif len(alive) > 1 and not deps.settings.redis_url:
        words = f"{len(alive)} 个同时在发，没有 Redis 会超过平台的限制"
        yield Check(State.bad, "发送进程", words, "只留一个，或填 SIGNALTREE_REDIS_URL")
    else:
        yield Check(State.good, "发送进程", f"{len(alive)} 个在工作")

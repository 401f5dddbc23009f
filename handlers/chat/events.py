"""What people do without words: follow, leave, scan, press a key or a card; and what the platform reports by itself."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.directory.binding.bind import came_back, left
from broadcasts.dispatch.sending.reported import reported
from broadcasts.dispatch.states import Road, State
from broadcasts.subscriptions.follow import follow, found, leave, places
from broadcasts.subscriptions.places import spelled
from broadcasts.subscriptions.posters import area_of_scene
from handlers.chat.account_reports import NAMES as ACCOUNT_REPORTS
from handlers.chat.account_reports import account_report
from handlers.chat.acts.errands import errand
from handlers.chat.answers.cards import press
from handlers.chat.conversations.dialogues import PLACE, begin
from handlers.chat.conversations.erase import REQUEST, erase
from handlers.chat.conversations.reply import open_window
from handlers.chat.conversations.speaker import CHANNELS
from handlers.chat.heard import flowing, noted, opened
from handlers.chat.idle import KNOWN, idle
from handlers.chat.telephones import rang
from handlers.chat.text_messages import carried
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent, Understood
from handlers.wechat.gateway import CALL_REPORT, REPORT
from handlers.wechat.models import Inbound, Platform

QUIET = frozenset({"view", "enter_agent", "location", "view_miniprogram"})  # no answer to these
TEMPLATE = "oa_template"
SUCCESS, BLOCKED = "success", "user block"


async def event(session: AsyncSession, deps: Deps, inbound: Inbound, *, at: datetime) -> str:
    """Do what follows from it. The name of what it was; what we do not know is kept and shown as unknown."""
    name = inbound.event.lower()
    if name in QUIET:
        return name
    if name == "templatesendjobfinish":
        await _finished(session, inbound, at)
    elif name in ACCOUNT_REPORTS:
        await account_report(session, deps, inbound, name, at)
    elif name == REPORT:
        return await carried(session, inbound, at) or name
    elif name == CALL_REPORT:
        return await rang(session, inbound, at) or name
    elif name == "unsubscribe":
        await _left(session, inbound, at)
    elif name in KNOWN:
        await idle(session, deps.settings.zone, inbound, at)
    elif name == REQUEST:
        await _forgotten(session, inbound, at)
    elif name in {"subscribe", "scan"}:
        await _came(session, deps, inbound, at, new=name == "subscribe")
    elif name == "click":
        return await _key(session, deps, inbound, at)
    elif name == "template_card_event":
        turn = await opened(session, deps, inbound, at)
        await press(turn)
        noted(turn, "［卡片］")
    else:
        return Intent.unknown.value
    return name


async def _came(session: AsyncSession, deps: Deps, inbound: Inbound, at: datetime, *, new: bool) -> None:
    """Following, or scanning a village's poster. In WeCom a member came into sight: nothing to say to that."""
    if inbound.platform is not Platform.oa:
        await opened(session, deps, inbound, at)
        return
    if inbound.road is Road.live:
        await came_back(session, CHANNELS[inbound.platform], inbound.sender)
    if new:
        await follow(session, inbound.road, inbound.sender, at)
    turn = await opened(session, deps, inbound, at)
    open_window(turn.talk, turn.heard_at, spoken=False)
    areas = await turn.areas()
    area_id = area_of_scene(areas, str(inbound.body.get("EventKey") or ""))
    if area_id is not None:
        await follow(session, inbound.road, inbound.sender, at, area_id=area_id)
    if new:
        await _welcome(turn, spelled(areas, area_id) if area_id else "")
    elif area_id is not None:
        await turn.say("subscribed", place=spelled(areas, area_id), parents=False)
    noted(turn, "［关注］" if new else "［扫码］")


async def _welcome(turn: Turn, place: str) -> None:
    """Without a village one question is asked, once; who comes back has hers still."""
    follower = turn.follower
    if not place and follower is not None and (mine := await places(turn.session, follower)):
        areas = await turn.areas()
        kept = [spelled(areas, row.area_id) for row in mine if row.area_id in areas.nodes]
        await turn.say("welcome_back", places=kept)
        return
    if not place and follower is not None and follower.asked_place_at is None:
        follower.asked_place_at = turn.at
        begin(turn.talk, PLACE, turn.heard_at)
    await turn.say("welcome", place=place)


async def _left(session: AsyncSession, inbound: Inbound, at: datetime) -> None:
    """Nothing can be sent any more, and nothing is forgotten."""
    if inbound.road is Road.live:  # the training room's phones say nothing about real ones
        await left(session, CHANNELS[inbound.platform], inbound.sender, at)
    if inbound.platform is Platform.oa:
        follower = await found(session, inbound.road, inbound.sender)
        if follower is not None and follower.left_at is None:
            await leave(session, follower, at)


async def _forgotten(session: AsyncSession, inbound: Inbound, at: datetime) -> None:
    """All that they had said before has been worked on by now."""
    follower = await found(session, inbound.road, inbound.sender)
    if follower is not None:
        await erase(session, follower, at)


async def _key(session: AsyncSession, deps: Deps, inbound: Inbound, at: datetime) -> str:
    """A key of the menu carries an intent's name."""
    key = str(inbound.body.get("EventKey") or "")
    turn = await opened(session, deps, inbound, at)
    open_window(turn.talk, turn.heard_at, spoken=False)
    await flowing(turn)
    read = Understood(Intent(key) if key in set(Intent) else Intent.menu)
    await errand(turn, read)
    noted(turn, "［菜单］")
    return read.intent.value


async def _finished(session: AsyncSession, inbound: Inbound, at: datetime) -> None:
    """What became of a template message."""
    status = str(inbound.body.get("Status") or "")
    message_id = str(inbound.body.get("MsgID") or inbound.body.get("MsgId") or "")
    if status == SUCCESS:
        await reported(session, inbound.road, TEMPLATE, message_id, State.delivered, at=at)
    else:
        reason = "refused" if BLOCKED in status else "platform"
        await reported(session, inbound.road, TEMPLATE, message_id, State.failed, at=at, reason=reason)

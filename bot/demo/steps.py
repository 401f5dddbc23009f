"""What can be made to happen in the demo by one press: each step is a message of the weather station, of now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.demo.samples.read import sample
from broadcasts.alerts.models import Alert, Status
from broadcasts.intake.receive import Received, receive
from broadcasts.intake.take import Way

ORIGIN = "demo"


@dataclass(frozen=True)
class Step:
    name: str
    button: str
    what: str  # to look at afterwards
    then: str  # to try next


STEPS = (
    Step(
        "red",
        "气象台发布红色台风",
        "2,768 部手机和 370 个群一两秒内都响；值班台的预警页看数字往上走。",
        "点开李秀英的手机，回 1，再看值班台。",
    ),
    Step("update", "降为橙色", "收到过的人都收到更新，第一行先说变了什么。", "让一位居民问“怎么办”，看他得到哪一条。"),
    Step(
        "flood",
        "山洪蓝色（CAP，Atom 里常见的那种）",
        "只叫醒值班员和风险点的村；别的村静悄悄。",
        "到“预演”里选山洪、蓝色，看为什么只有这些人。",
    ),
    Step(
        "stale",
        "一条两小时前的暴雨橙色",
        "太旧，不自动发：待放行里有它，值班员的手机响了。",
        "用 liuyang 登录，到“待放行”里决定发不发。",
    ),
    Step(
        "broken",
        "一份读不懂的文件",
        "原文存进未能读取，值班员的手机响了。",
        "在“待放行”里看它哪里读不懂，打电话问，再用“粘贴”录入。",
    ),
    Step("clear", "解除台风", "告诉每一个收到过的人。", "打开这条预警的“证据包”，存一份 PDF。"),
)


async def take(session: AsyncSession, settings: Settings, name: str, at: datetime) -> Received:
    """Do one step in the caller's transaction."""
    raw, media_type = await _message(session, settings, name, at)
    return await receive(session, settings, raw, media_type, Way(ORIGIN), at=at)


async def _message(session: AsyncSession, settings: Settings, name: str, at: datetime) -> tuple[bytes, str]:
    zone = settings.zone
    if name == "flood":
        return sample("cap.xml", at, zone), "application/cap+xml"
    if name == "stale":
        return sample("rain.json", at - timedelta(hours=2, minutes=10), zone), "application/json"
    if name == "broken":
        return sample("cap.xml", at, zone)[:700], "application/cap+xml"
    facts = {
        "red": {"colour": "Red", "zh": "红色", "verb": "发布", "type": "Alert"},
        "update": {"colour": "Orange", "zh": "橙色", "verb": "更新发布", "type": "Update"},
        "clear": {"colour": "Orange", "zh": "橙色", "verb": "解除", "type": "Cancel"},
    }[name]
    first = await typhoon(session) if name != "red" else ""
    return sample("national.xml", at, zone, references=f"<references>{first}</references>", **facts), "application/xml"


async def typhoon(session: AsyncSession) -> str:
    """The identifier that an update of the typhoon in force refers to: the thread's first. Empty before any."""
    wanted = (
        select(Alert)
        .where(col(Alert.event_code) == "11B01", col(Alert.status) == Status.issued, col(Alert.msg_type) != "Cancel")
        .order_by(col(Alert.id).desc())
        .limit(1)
    )
    now = (await session.execute(wanted)).scalar_one_or_none()
    if now is None:
        return ""
    first = await session.execute(select(Alert).where(col(Alert.uid) == now.thread))
    return first.scalar_one().identifier

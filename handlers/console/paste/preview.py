"""What a pasted warning will say, and to how many, before anybody is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import hit
from broadcasts.audience.select import OUTLETS
from broadcasts.dispatch.draft import draft
from broadcasts.dispatch.planning.plan import Plan
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.forms import plain
from broadcasts.intake.adopt import adopt
from broadcasts.intake.message import Message

VERBS = {Purpose.first: "发布", Purpose.update: "更新", Purpose.all_clear: "解除"}
CHANNELS = {
    "wecom_app": "个人", "wecom_robot": "群", "appchat": "应用群聊", "customer_group": "客户群（群主点确认）",
    "oa_template": "公众号", "oa_notice": "公众号", "relay": "请人转发的群", "speaker": "大喇叭", "screen": "显示屏",
    "sms": "短信",
}  # fmt: skip
PLACES = {"speaker": "个大喇叭", "screen": "块显示屏"}


@dataclass(frozen=True)
class Words:
    """One text, and who reads it."""

    readers: str
    words: str


@dataclass(frozen=True)
class Said:
    """`question` heads the page, `button` names what pressing it does."""

    question: str
    button: str
    texts: tuple[Words, ...]


async def say(
    session: AsyncSession, settings: Settings, areas: Tree, message: Message, refers: Alert | None, *, at: datetime
) -> Said:
    """Plan what would be sent at this moment; nothing is written."""
    alert = adopt(message, at)
    replaces = await queries.in_force(session, [refers.thread]) if refers else ()
    went_out = [old for old in replaces if old.status is Status.issued]
    made = await draft(session, settings, alert, hit(message, areas), at=at, replaces=went_out)
    facts = f"{VERBS[made.purpose]}{alert.grade.zh if alert.grade else ''}{alert.event}"
    to = whom(made.plan)
    lost = f"；另有 {len(made.plan.unreachable):,} 个没有路可到" if made.plan.unreachable else ""
    return Said(f"核对要说的话，然后{to}{facts}{lost}", f"{to}{facts}", tuple(texts(made.plan)))


def whom(plan: Plan) -> str:
    """向 370 个群、2,768 人, by copies that have a road."""
    groups = sum(target.kind == "group" for target in plan.reached)
    outlets = {kind: sum(target.kind == kind for target in plan.reached) for kind in OUTLETS}
    people = len(plan.reached) - groups - sum(outlets.values())
    parts = [f"{groups:,} 个群"] * bool(groups) + [f"{people:,} 人"] * bool(people)
    parts += [f"{number:,} {PLACES[kind]}" for kind, number in outlets.items() if number]
    return f"向 {'、'.join(parts)}" if parts else "不向任何人（没有人合规则），只存下"


def texts(plan: Plan) -> list[Words]:
    return [
        Words("、".join([CHANNELS[t.channel], *t.labels]), "\n".join(plain(t.form, part) for part in t.parts))
        for t in plan.texts
    ]

"""What is wrong with a notice, each thing by its name and with its mend: what may not even be kept as a draft, and
what is still lacking before anybody is asked to approve."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from broadcasts.alerts.models import Alert, Kind
from broadcasts.dispatch.texts.marks import MARK, DrillWords
from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Fault
from broadcasts.notices.models import IssuingRight
from broadcasts.notices.rights import right
from broadcasts.notices.writing.content import TITLES, Content, called
from broadcasts.notices.writing.items import missing

LONGEST = {"body": 64, "title": 30, "order": 8, "text": 2000, "measures": 600}
STEP = 60  # letters of one measure
STEPS = 8
MARKUP = re.compile(r"<\s*[/!?a-zA-Z]|javascript:", re.IGNORECASE)
COLOUR = re.compile(r"[红橙黄蓝]色|预警信号")
SIGNAL = "预警信号"
SIGNAL_WORDS = "“预警信号”只有气象台站能发布（气象灾害防御条例第三十条）。请改成“预警”，或转发气象台的原文。"
GRADES = frozenset({Grade.red, Grade.orange, Grade.yellow, Grade.blue})
NEEDED = {
    "title": "请写标题。",
    "text": "请写正文。",
    "body": "请选发布单位。",
    "areas": "请写地方。",
    "roles": "请选给谁。",
}  # of a notice
NO_RIGHT = "权限表里没有“{}”发布{}的一行，或不在有效期、不管这个地方。{}请换单位，或请管理员在“权限表”里添加。"
WEATHER = "气象灾害的预警信号只由气象台站发布，请转发原文，或改发提示。"
TEXTS = ("body", "title", "order", "text", "measures")


class Unfit(SignalTreeError):
    """没有存下，请先改："""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__("；".join(f"{TITLES.get(one.path, one.path)}：{one.message}" for one in found))
        self.faults = tuple(found)
        self.errors = [{"path": one.path, "line": None, "message": one.message} for one in found]


class Ground:
    """Where a caller may speak for, and to whom: the codes below one area, or of the whole county."""

    def __init__(self, areas: Tree, within: int | None, roles: Collection[str]) -> None:
        self.areas, self.roles = areas, frozenset(roles)
        tops = areas.roots if within is None else [areas.nodes[within]]
        self.codes = frozenset(node.code for top in tops for node in areas.below(top.id))


def malformed(content: Content, kind: Kind, ground: Ground, now: datetime) -> list[Fault]:
    """What may not be kept."""
    return [
        *_texts(content),
        *_times(content, now),
        *_words(content, kind),
        *_hazard(content, kind),
        *(
            Fault("areas", None, f"“{code[:32]}”不是本县的地方，或不归您管。请写本县的地名或区划代码。")
            for code in content.areas
            if code not in ground.codes
        ),
        *(
            Fault("roles", None, f"没有“{role[:24]}”这种角色或群。可以写：{'、'.join(sorted(ground.roles))}。")
            for role in content.roles
            if role not in ground.roles
        ),
    ]


def lacking(
    content: Content,
    kind: Kind,
    rows: Iterable[IssuingRight],
    areas: Tree,
    now: datetime,
    zone: ZoneInfo,
    ends: Alert | None = None,
) -> list[Fault]:
    """What it still needs before somebody is asked to approve it. An all-clear, of what it `ends`, needs no right of
    its own: whoever said it may take it back."""
    own = ends is not None and ends.sender_name == content.body
    found = _eight(content, now) if kind is Kind.local else _plain(content)
    day = now.astimezone(zone).date()
    if not own and content.body and right(rows, areas, kind, content, day) is None:
        found.append(Fault("body", None, _no_right(content, kind)))
    return found


def _eight(content: Content, now: datetime) -> list[Fault]:
    names = missing(content, now)
    return [Fault(name, None, "突发事件应对法第六十四条要求写明，请补上。") for name in names]


def _plain(content: Content) -> list[Fault]:
    return [Fault(name, None, words) for name, words in NEEDED.items() if not getattr(content, name)]


def _no_right(content: Content, kind: Kind) -> str:
    what = f"{called(content.hazard)}{content.grade.zh if content.grade else ''}"
    says = f"{what}本级预警" if kind is Kind.local else "这样的通知"
    return NO_RIGHT.format(content.body, says, WEATHER if content.hazard.startswith("11B") else "")


def _texts(content: Content) -> Iterable[Fault]:
    for name in TEXTS:
        text = str(getattr(content, name))
        if len(text) > LONGEST[name]:
            yield Fault(name, None, f"{len(text)} 个字，太长，最多 {LONGEST[name]} 个字。请改短，细节放到别处。")
        if MARK in text:
            yield Fault(name, None, str(DrillWords()))
        if MARKUP.search(text) or any(ord(c) < 32 and c not in "\n\t" for c in text):
            yield Fault(name, None, "里面有网页代码或看不见的字符。请只写文字。")
    if len(content.steps) > STEPS or any(len(step) > STEP for step in content.steps):
        yield Fault("measures", None, f"最多 {STEPS} 条，每条最多 {STEP} 个字，一行一条。")
    if "\n" in content.title + content.body + content.order:
        yield Fault("title", None, "标题、单位和要做的事只能各写一行。")


def _times(content: Content, now: datetime) -> Iterable[Fault]:
    if content.starts and content.ends and content.ends <= content.starts:
        yield Fault("ends", None, "结束时间早于起始时间。请核对两个时间。")
    if content.ends and content.ends <= now:
        yield Fault("ends", None, "结束时间已经过去，发出去谁也不会收到。请改晚，或不写。")


def _words(content: Content, kind: Kind) -> Iterable[Fault]:
    if kind is Kind.local:
        return [Fault(name, None, SIGNAL_WORDS) for name in TEXTS if SIGNAL in str(getattr(content, name))]
    if COLOUR.search(content.title):
        return [Fault("title", None, "提示通知的标题不带预警的颜色，也不写“预警信号”。请写到正文里。")]
    return []


def _hazard(content: Content, kind: Kind) -> Iterable[Fault]:
    if content.hazard and not hazard(content.hazard).known:
        yield Fault("hazard", None, f"没有代码为“{content.hazard[:8]}”的灾种。请写名称（山洪）或国家代码（11A51）。")
    if kind is Kind.notice and content.grade is not None:
        yield Fault("grade", None, "提示通知没有预警颜色。要发带颜色的，请新建本级预警。")
    if content.grade is not None and content.grade not in GRADES:
        yield Fault("grade", None, "本级预警只有红、橙、黄、蓝四级（突发事件应对法第六十三条）。")

"""The words of Chinese warning headlines: who speaks, whether it is new, changed or over, and of which danger."""

import re

from broadcasts.hazards.catalogue import Hazard, by_name

BODIES = (
    "气象台|气象局|气象站|气象中心|气象服务中心|海洋预报台|预警信息发布中心|预警中心|"
    "水利局|水务局|水利厅|水文局|水文中心|水文站|自然资源和规划局|自然资源局|自然资源厅|规划和自然资源局|"
    "应急管理局|应急管理厅|应急局|防汛抗旱指挥部|防汛抗旱防台风指挥部|防汛指挥部|防指|林业局|林业和草原局|林草局|"
    "森林防火指挥部|森林草原防灭火指挥部|生态环境局|农业农村局|地震局|人民政府|指挥部|办公室"
)
STATION = re.compile(
    rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff·]{{2,40}}?(?:{BODIES})+"
    rf"(?:(?:、|和|与|及|联合|会同)[\u4e00-\u9fff·]{{2,30}}?(?:{BODIES})+)*"
)
HERALDS = re.compile(r"据|由|经|来自|根据|转发|接|来源")
LONGEST = 1000  # no headline is longer, and patterns take time
NEW = re.compile(r"发布")
CHANGED = re.compile(r"更新|继续发布|变更|升级|降级|升格|升为|降为|改发|续发|维持|确认")
LIFTED = re.compile(r"解除|撤销|取消")
ANEW = re.compile(r"(?:解除|撤销|取消).*(?:发布|降为|降级|改发|变更为)")
ISSUED = re.compile(r"(?:联合)?(?:继续发布|更新发布|变更发布|升级发布|发布|更新|解除|撤销|取消|变更|升级|降级|继续)")
PHRASE = re.compile(r"(?:发布|更新|解除|撤销|取消|变更)([\u4e00-\u9fff（）]{1,16}?)[红橙黄蓝白]色")
REGION = re.compile(r"[\u4e00-\u9fff]*(?:省|市|县|区|旗|州|盟|镇|乡|街道)")


def msg_type(title: str) -> str:
    """Alert, Update or Cancel by a headline's verb. One colour lifted and another issued in one breath is an update."""
    found = verb(title[:LONGEST])
    return found[0] if found else "Alert"


def verb(text: str) -> tuple[str, int, int] | None:
    """As `msg_type`, with the span of the word that says so; None where no verb of issuing stands in the text."""
    for kind, pattern in (("Update", CHANGED), ("Update", ANEW), ("Cancel", LIFTED), ("Alert", NEW)):
        if match := pattern.search(text):
            return kind, *match.span()
    return None


def speaker(title: str) -> str:
    """Who issues, from a headline `XX县气象台发布…`; empty where no verb follows a name."""
    match = ISSUED.search(title)
    return title[: match.start()].strip(" :：,，") if match else ""


def subject(title: str) -> Hazard | None:
    """The danger a headline names, after its verb, so that a body's own name (气象灾害防御指挥部) is not taken."""
    match = ISSUED.search(title)
    return by_name(title[match.end() :] if match else title) or by_name(title)


def named(title: str) -> str:
    """The danger's name: as our table has it, else the words between the verb and the colour; empty without both."""
    if known := subject(title):
        return known.name
    match = PHRASE.search(title)
    return match[1] if match else ""


def region(station: str) -> str:
    """The place in a station's name: 河南省鹤壁市淇县气象台 → 河南省鹤壁市淇县; the whole name where none is seen."""
    match = REGION.match(station)
    return match[0] if match else station


def station(text: str) -> tuple[int, int] | None:
    """The span of the issuing body's name in a text: the first that a verb follows soon, else the first at all."""
    found = [_bare(text, match) for match in STATION.finditer(text)]
    return next((span for span in found if ISSUED.search(text[span[1] : span[1] + 40])), next(iter(found), None))


def _bare(text: str, match: re.Match[str]) -> tuple[int, int]:
    herald = HERALDS.match(text, match.start())
    return (herald.end() if herald else match.start(), match.end())

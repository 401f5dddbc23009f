"""Holds a CAP message against the schema and says in Chinese, with path and line, what to mend."""

import re
from functools import cache
from importlib.resources import files
from itertools import islice

from lxml import etree

from broadcasts.intake.message import Fault
from broadcasts.intake.readers import xml

EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)")
NAME = re.compile(r"\{[^}]*\}(\*|[\w.-]+)")
CROWD = 60_000_000
CROWDED = "同一层的元素太多（成千上万个），不是预警的样子。请核对是否发错了文件。"
TIMES = {"sent", "effective", "onset", "expires"}
IDENTIFIERS = {"identifier", "sender"}
MENDS = {
    **dict.fromkeys(TIMES, "时间应写成 2026-07-12T02:38:00+08:00 这样：带时区，不写 Z，不写小数秒"),
    **dict.fromkeys(IDENTIFIERS, "不能为空，不能有空格、逗号、< 或 &"),
    "language": "语言应写成 zh-CN 这样",
    "size": "大小应是整数（字节）",
    "web": "应是完整的网址",
    "uri": "应是网址",
    "altitude": "高度应是数字（英尺）",
    "ceiling": "高度应是数字（英尺）",
}


def faults(alert: etree._Element) -> tuple[Fault, ...]:
    """Everything that the schema calls invalid, one fault per place, in the order of the document."""
    if _crowd(alert) > CROWD:
        return (xml.fault(alert, CROWDED),)
    schema = _schema()
    if schema.validate(alert):
        return ()
    found: dict[str, Fault] = {}
    for entry in islice(schema.error_log, xml.MOST):
        element = _element(alert, str(entry.path or ""))
        path = xml.where(element) if element is not None else str(entry.path)
        found.setdefault(path, Fault(path, entry.line, _message(element, entry.message)))
    return tuple(found.values())


def _crowd(alert: etree._Element) -> int:
    """What the schema's processor would walk if every element were wrong: it counts siblings for each error's path,
    so that 200,000 empty blocks took four minutes."""
    total, above = 0, [0]
    for event, element in etree.iterwalk(alert, events=("start", "end")):
        if event == "start":
            total += above[-1]
            above.append(above[-1] + len(element))
        else:
            above.pop()
    return total


def _message(element: etree._Element | None, said: str) -> str:
    name = "" if element is None else xml.local(element)
    if "is not expected" in said or "Missing child element" in said:
        return _order(name, said)
    if allowed := re.search(r"\{('.*')\}", said):
        words = allowed[1].replace("'", "").replace(", ", "、")
        return f"<{name}> 的值不在标准之内。请改成其中之一：{words}。"
    return f"<{name}> 写法不对：{MENDS.get(name, said)}。"


def _order(name: str, said: str) -> str:
    match = EXPECTED.search(said)
    names = "、".join(f"<{one}>" for one in NAME.findall(match[1]) if one != "*") if match else ""
    if "Missing" in said:
        return f"<{name}> 里缺少 {names}。请补上。"
    if not names:
        return f"这里不应当有 <{name}>。请去掉，或按标准的顺序放。"
    return f"这里不应当是 <{name}>：缺少 {names}，或顺序不对。请补上，或按标准的顺序放。"


def _element(alert: etree._Element, path: str) -> etree._Element | None:
    """The element of a schema error. Its path counts from `alert`, also inside an envelope."""
    steps = path.split("/")[2:]
    found: etree._Element | None = alert
    for step in steps:
        found = _down(found, step) if found is not None else None
    return found


def _down(element: etree._Element, step: str) -> etree._Element | None:
    match = re.fullmatch(r"(?:[\w.-]+:)?([\w.*-]+)(?:\[(\d+)\])?", step)
    if not match:
        return None
    same = [one for one in element if match[1] in {"*", xml.local(one)}]
    at = int(match[2] or 1) - 1
    return same[at] if at < len(same) else None


@cache
def _schema() -> etree.XMLSchema:
    source = files("broadcasts.intake.readers") / "schema" / "cap12.xsd"
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))

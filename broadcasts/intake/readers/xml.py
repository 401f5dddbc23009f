"""Turns the bytes of an XML document into elements, or refuses them before anything in them is expanded."""

import re
from typing import Final

from lxml import etree

from broadcasts.intake.message import Fault, Unreadable
from broadcasts.intake.readers.encodings import LIMIT, TOO_LARGE, decode

DEPTH: Final = 64
MOST: Final = 50  # faults told of one document; who mends these sees the next
DECLARED = re.compile(r'^<\?xml[^>]*?\sencoding\s*=\s*["\']([A-Za-z0-9._-]+)["\']')
PROLOG = re.compile(r"\s*(<!--|<\?)")
DOCTYPE = re.compile(r"\s*<!")
DTD = "含有 DTD（<!DOCTYPE …>）或实体定义，为安全起见不读取。请让发来方去掉 DTD 后重发。"
DEEP = f"元素嵌套超过 {DEPTH} 层，不是预警的样子。请核对是否发错了文件。"
SYNTAX: dict[int, str] = {
    int(etree.ErrorTypes.ERR_TAG_NOT_FINISHED): "文件到这里中断了，没有写完。请重新传送完整的文件。",
    int(etree.ErrorTypes.ERR_DOCUMENT_EMPTY): "内容是空的，或者不是 XML。请核对是否发错了文件。",
    int(etree.ErrorTypes.ERR_DOCUMENT_END): "文件结尾之后还有多余的内容，或者没有写完。请重新传送完整的文件。",
    int(etree.ErrorTypes.ERR_TAG_NAME_MISMATCH): "开始与结束标签对不上。请让发来方重新导出。",
    int(etree.ErrorTypes.ERR_UNDECLARED_ENTITY): "用了没有定义的实体（&…;）。请改成 &lt; &gt; &amp; 或直接写字。",
    int(etree.ErrorTypes.ERR_RESOURCE_LIMIT): DEEP,
}


def parse(raw: bytes) -> etree._Element:
    """The root of `raw`. Raises Unreadable for DTDs, entities, more than 1.5 MiB or 64 levels, and a wrong encoding."""
    if len(raw) > LIMIT:
        raise Unreadable(Fault("/", None, TOO_LARGE))
    text = decode(raw, DECLARED)
    if (line := _doctype(text)) is not None:
        raise Unreadable(Fault("/", line, DTD))
    try:
        root = etree.fromstring(text.encode("utf-8"), _parser())
    except etree.XMLSyntaxError as error:
        raise Unreadable(_syntax(error)) from None
    _check(root)
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Children called `name` in the element's own namespace."""
    return element.findall(etree.QName(namespace(element) or None, name).text)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(etree.QName(namespace(element) or None, name).text)


def words(element: etree._Element, name: str) -> str:
    """The text of a child as it stands, byte for byte; empty where it is absent or blank."""
    found = child(element, name)
    text = "" if found is None else "".join(str(part) for part in found.itertext())
    return text if text.strip() else ""


def word(element: etree._Element, name: str) -> str:
    """The text of a child without the blanks around it."""
    return words(element, name).strip()


def each(element: etree._Element, name: str) -> tuple[str, ...]:
    """The texts of all children called `name` that hold any."""
    texts = ((found.text or "").strip() for found in children(element, name))
    return tuple(filter(None, texts))


def where(element: etree._Element) -> str:
    """An element's path by local names, counted where it has siblings of its name: /alert/info[2]/severity."""
    steps = [_step(one) for one in (element, *element.iterancestors())]
    return "/" + "/".join(reversed(steps))


def fault(element: etree._Element, message: str) -> Fault:
    return Fault(where(element), element.sourceline, message)


def _step(element: etree._Element) -> str:
    before, after = _twins(element, "preceding"), _twins(element, "following")
    return f"{local(element)}[{before + 1}]" if before or after else local(element)


def _twins(element: etree._Element, side: str) -> int:
    """How many siblings of its name stand on one side; counted in C, because documents can be hostile."""
    count = element.xpath(f"count({side}-sibling::*[local-name()='{local(element)}'])")
    return int(count) if isinstance(count, float) else 0


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _doctype(text: str) -> int | None:
    """The line of a DTD. One can only stand before the first element, after blanks, comments and instructions;
    the same letters further down are somebody's words."""
    at = 0
    while match := PROLOG.match(text, at):
        end = "-->" if match[1] == "<!--" else "?>"
        stop = text.find(end, match.end())
        if stop < 0:
            return None
        at = stop + len(end)
    found = DOCTYPE.match(text, at)
    return text.count("\n", 0, found.end()) + 1 if found else None


def _syntax(error: etree.XMLSyntaxError) -> Fault:
    known = SYNTAX.get(error.code, f"XML 写法有误（{(error.msg or '').strip()}）。请让发来方重新导出。")
    return Fault("/", error.position[0] or None, known)


def _check(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise Unreadable(Fault("/", None, DTD))
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH:
            raise Unreadable(Fault("/", element.sourceline, DEEP))

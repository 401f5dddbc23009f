"""From bytes to text, strictly: what a document says of its own encoding must be true."""

import codecs
import re
from typing import Final

from broadcasts.intake.message import Fault, Unreadable

LIMIT: Final = 1_572_864  # 1.5 MiB, design.md section 7
TOO_LARGE = "文件超过 1.5 MiB。请核对是否发错了文件；附件不要放在预警里，只写网址。"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
KNOWN = {
    **{name: "utf-8" for name in ("utf-8", "utf8")},
    **{name: "ascii" for name in ("us-ascii", "ascii")},
    **{name: "gb18030" for name in ("gb2312", "gbk", "gb18030", "cp936")},
    **{name: name for name in ("big5", "iso-8859-1", "windows-1252", "iso-8859-15")},
    **{name: "utf-16" for name in ("utf-16", "utf-16le", "utf-16be")},
}
UNKNOWN = "声明的编码 {} 我们不认得。请用 UTF-8 重新导出。"
WRONG = "声明的编码是 {}，内容却不是。请用 UTF-8 重新导出。"
NO_MARK = "像是 UTF-16 或 UTF-32，但开头没有 UTF-16 的字节顺序标记。请用 UTF-8 重新导出。"


def decode(raw: bytes, declared: re.Pattern[str]) -> str:
    """The text of `raw`, by its mark, else by what `declared` finds in its first line, else UTF-8. Never guesses."""
    mark, encoding = next(((m, e) for m, e in MARKS if raw.startswith(m)), (b"", ""))
    body = raw.removeprefix(mark)
    if b"\x00" in body[:4] and not encoding.startswith("utf-16"):
        raise _refused(NO_MARK)
    head = body[:400].decode(encoding or "ascii", "replace")
    said = match[1] if (match := declared.match(head)) else ""
    return _strictly(body, encoding, said)


def _strictly(body: bytes, marked: str, said: str) -> str:
    named = KNOWN.get(said.lower(), "") if said else marked or "utf-8"
    if not named:
        raise _refused(UNKNOWN.format(said))
    encoding = marked or named
    lies = not encoding.startswith(named) or encoding == "utf-16"
    if lies or (encoding not in {"utf-8", marked} and _is_utf8(body)):
        raise _refused(WRONG.format(said))
    try:
        text = body.decode(encoding)
        text.encode("utf-8")
    except UnicodeError:
        raise _refused(WRONG.format(said or encoding.upper())) from None
    return text


def _is_utf8(body: bytes) -> bool:
    """Bytes beyond ASCII that are UTF-8 throughout are hardly ever anything else."""
    try:
        return not body.isascii() and bool(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _refused(message: str) -> Unreadable:
    return Unreadable(Fault("/", 1, message))

"""What one cell may hold: each check takes a text as written and gives it in its plain form, or says the mend."""

import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

from bot.letters import NARROW_LETTERS

CLEARED = {"-", "—", "－", "无"}  # in an optional cell: take away what is there. An empty cell leaves it.
SEPARATORS = re.compile(r"[;；,，、|\n]+")
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
USERID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}")
OPENID = re.compile(r"[0-9A-Za-z_-]{1,64}")
CHAT_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
ROBOT_KEY = re.compile(r"[0-9A-Za-z_-]{16,64}")
ROBOT_PATH = "/cgi-bin/webhook/send"
MOBILE = re.compile(r"1\d{10}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{4,8}(-\d{1,6})?")
DUTY = re.compile(r"\d[\d-]{1,18}\d")
LANGUAGES = {
    "zh-cn": "zh-CN", "zh": "zh-CN", "中文": "zh-CN", "汉语": "zh-CN", "汉": "zh-CN", "普通话": "zh-CN",
    "ko": "ko", "ko-kr": "ko", "朝鲜语": "ko", "朝鲜文": "ko", "朝鲜": "ko", "韩语": "ko",
}  # fmt: skip
ROLES = ("灾害信息员", "网格员", "值班员", "带班领导")
ROLE_SYNONYMS = {
    "信息员": "灾害信息员", "灾情信息员": "灾害信息员", "网格": "网格员", "网格长": "网格员", "值班": "值班员",
    "值班人员": "值班员", "带班": "带班领导", "领导": "带班领导",
}  # fmt: skip
GROUP_KINDS = ("村群", "值班群", "工作群")

NONE: tuple[str, ...] = ()


class BadCell(Exception):
    """A cell that cannot be taken; its text says why and the mend, in Chinese."""


def plain(text: str) -> str:
    """Half-width letters and digits, no unseen characters, no spaces at the ends nor inside Chinese words."""
    if text.isascii() and text.isalnum():  # as most cells are
        return text
    seen = "".join(
        " " if ch.isspace() else ch
        for ch in text.translate(NARROW_LETTERS)
        if unicodedata.category(ch) not in {"Cc", "Cf"} or ch.isspace()
    )
    words = seen.split()
    joined = words[0] if words else ""
    for word in words[1:]:
        joined += word if ord(joined[-1]) > 0x2E80 and ord(word[0]) > 0x2E80 else f" {word}"
    return joined


def tight(text: str) -> str:
    """A code, number or key: compatible forms folded, and no space anywhere."""
    return "".join(plain(unicodedata.normalize("NFKC", text)).split())


def name(text: str, longest: int = 64) -> str:
    found = plain(text)
    if len(found) > longest:
        raise BadCell(f"太长，最多 {longest} 个字。请写短一些。")
    return found


def code(text: str) -> str:
    found = tight(text).removesuffix(".0")
    if SCIENTIFIC.fullmatch(found):
        raise BadCell("代码被表格软件写成了科学计数法，后面的数字丢了。请把这一列设为“文本”，重新填写。")
    if not CODE.fullmatch(found):
        raise BadCell(f"“{_short(found)}”不能作代码。请用数字和字母，最多 32 个。")
    return found


def key(text: str) -> str:
    """The county's own id of a person or a group."""
    found = tight(text).removesuffix(".0")
    if len(found) > 64 or found.startswith(("phone:", "at:")):
        raise BadCell("不能作编号。请用最多 64 个字，或留空。")
    return found


def several(text: str) -> tuple[str, ...]:
    """Words joined by `;` or what people write for it; each once, in their order."""
    words = [plain(part) for part in SEPARATORS.split(text.replace("\r", "\n"))]
    if any(len(word) > 24 for word in words):
        raise BadCell("有一项超过 24 个字。几项之间请用 ; 隔开。")
    return tuple(dict.fromkeys(word for word in words if word))


def roles(text: str) -> tuple[str, ...]:
    """A role nobody knows is taken too: counties have their own."""
    return tuple(dict.fromkeys(ROLE_SYNONYMS.get(word, word) for word in several(text)))


def level(text: str) -> str:
    return name(text, 16)


def group_kind(text: str) -> str:
    found = plain(text)
    if found not in GROUP_KINDS:
        raise BadCell(f"没有“{_short(found)}”这种群。请写 {'、'.join(GROUP_KINDS)} 之一。")
    return found


def ab(text: str) -> str:
    found = tight(text).upper().removesuffix("角")
    if found not in {"A", "B"}:
        raise BadCell(f"“{_short(found)}”不是 A 或 B。请写 A 或 B，或留空。")
    return found


def language(text: str) -> str:
    found = LANGUAGES.get(tight(text).replace("_", "-").lower())
    if not found:
        raise BadCell(f"没有“{_short(plain(text))}”这种语言。请写 zh-CN 或 ko，或留空。")
    return found


def userid(text: str) -> str:
    found = tight(text).removesuffix(".0")
    if not USERID.fullmatch(found):
        raise BadCell("不像企业微信账号。账号由字母、数字和 . _ - @ 组成，最多 64 个，可在企业微信后台的通讯录里查到。")
    return found


def openid(text: str) -> str:
    found = tight(text)
    if not OPENID.fullmatch(found):
        raise BadCell("不像公众号的 openid。请从公众号后台复制，或留空。")
    return found


def chat_id(text: str) -> str:
    found = tight(text)
    if not CHAT_ID.fullmatch(found):
        raise BadCell("不像群聊 ID。它由字母、数字和 _ - 组成；没有就留空。")
    return found


def phone(text: str) -> str:
    """A person's number, by hyphens only where it is a landline's."""
    found = _number(text)
    digits = found.replace("-", "")
    if MOBILE.fullmatch(digits):
        return digits
    if not LANDLINE.fullmatch(found):
        raise BadCell(f"号码不对（{len(digits)} 位）。手机号是 1 开头的 11 位数字，座机要带区号。")
    return found


def duty_phone(text: str) -> str:
    found = _number(text)
    digits = found.replace("-", "")
    if MOBILE.fullmatch(digits):
        return digits
    if not DUTY.fullmatch(found):
        raise BadCell("不像电话号码。只写一个号码，座机带区号，例如 000-0012。")
    return found


def count(text: str) -> int:
    """How many people."""
    found = tight(text).removesuffix(".0").removesuffix("人").replace(",", "")
    if not found.isdecimal() or not 0 < int(found) <= 100_000:
        raise BadCell("应是 1 到 100000 的整数，例如 120；不知道就留空。")
    return int(found)


def degrees(text: str) -> float:
    """Longitude or latitude, to about 0.1 m."""
    found = tight(text).removesuffix("°").removesuffix("度")
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", found):
        raise BadCell("不是以度为单位的数。请写成小数，例如 103.5210；不知道就留空。")
    return round(float(found), 6)


def phone_digits(number: str) -> str:
    """What two writings of one number have in common."""
    return number.replace("-", "")


def robot_keys(text: str) -> tuple[str, ...]:
    """Keys of group robots, each given as a whole webhook address or bare. What was written is never repeated: it is
    a secret."""
    parts = [tight(part) for part in re.split(r"[;；,，\s]+", text)]
    return tuple(dict.fromkeys(_robot_key(part) for part in parts if part))


def _robot_key(text: str) -> str:
    found = text
    if "/" in text or "?" in text:
        address = urlsplit(text if "//" in text else f"https://{text}")
        if not address.path.endswith(ROBOT_PATH):
            raise BadCell("这不是企业微信群机器人的地址。请在群里点开机器人，复制它的 Webhook 地址。")
        found = parse_qs(address.query).get("key", [""])[0]
    if not ROBOT_KEY.fullmatch(found):
        raise BadCell("机器人地址不完整。请在群里点开机器人，复制整个 Webhook 地址。")
    return found


def _number(text: str) -> str:
    found = tight(text).removesuffix(".0")
    if SCIENTIFIC.fullmatch(found):
        raise BadCell("号码被表格软件写成了科学计数法。请把这一列设为“文本”，重新填写。")
    found = re.sub(r"[‐‑–—―−_]", "-", found).replace("(", "").replace(")", "-")
    return re.sub(r"^(\+|00)?86-?(?=1\d{2}|0)", "", found) if len(found) > 11 else found


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"

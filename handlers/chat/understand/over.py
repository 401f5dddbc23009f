"""Whether whoever was in need is out of it, as far as the words say: 伤员|已送医, 失踪老人|已找到. Pure."""

import re

from handlers.chat.understand.vocabulary import cut, ending, vocabulary

OUT = (  # who is out of need by what: whoever was hurt is not so by being got out
    ("trapped", ("saved", "safe")),
    ("fall", ("saved", "safe")),
    ("hurt", ("safe",)),
    ("lost", ("found", "saved", "safe")),
    ("carrier", ("safe",)),
)
SOME = "0-9一二两三四五六七八九十百几"
CARED = re.compile(  # 送往县人民医院救治, 被救护车接走
    "(?:送(?:去|到|往|进|至|了)?(?:[县市镇乡区省]|人民|中心|当地|附近|就近)*(?:医院|卫生院|卫生所|诊所|医)"
    "|(?:救护车|120)[拉送]走|接走)(?:了|去|治疗|救治|抢救|检查|观察|就诊|诊治|处理)*"
)
BY_ITSELF = ("救", "险", "困")  # 获救, 脱险, 脱困: it is done, without a 已 or a 了
DONE = re.compile("[已了都全均]")
ALL = re.compile("[都全均]")
COUNTED = re.compile(f"(?:的|了|那|这)?[{SOME}]+(?:[个名位人]|户人?)+")
THOSE = re.compile(f"的(?:那|这)?[{SOME}]+(?:[个名位人]|户人?)")  # 联系不上|的两户: all of those
WHERE = re.compile(  # 被困|在家里, 掉进|沟里的
    f"在?[^没未不还{SOME}]{{0,8}}?[里上中下内顶去沟河江井坑塘池崖坡]+(?:面|边|头)?(?:了|的)?"
)
TAKEN = re.compile("(?:已|已经|都)[把将由被]")  # 已把|伤员|送医院, 已由|救护车|送医院
ASKS = re.compile("[请快求帮要把将]")  # 快把|伤员|送医院了
OTHERS = re.compile(f"(?:还有|还剩|剩下|还差|另有|尚有|另外)[{SOME}]*(?:[个名位人户多]|老人|孩子|小孩|伤员|伤者|没)")
ANYBODY = "人"


def over(word: str, before: str, after: str) -> bool:
    """All of them, as far as is said: a number or a negation in between leaves it open, and so does somebody else:
    老人|走丢了，孩子找到了."""
    known, taken = vocabulary().part, TAKEN.search(before) is not None
    ways = {way for who, those in OUT if word in known[who] for way in those}
    if not taken and (word in known["carrier"] or ASKS.search(before) or ending(before, "negation")):
        return False
    if _people(before) and not _people(after) <= _people(before):
        return False
    return any(_is_over(*rest, taken) for rest in _left(after, ways))


def _people(words: str) -> set[str]:
    return {one for one in vocabulary().part["of_people"] if one in words and one != ANYBODY}


def _left(after: str, ways: set[str]) -> list[tuple[str, str]]:
    """What stands before each way out, and the way."""
    ends = [(after.removesuffix(word), word) for way in ways if (word := ending(after, way))]
    cared = next((one for one in CARED.finditer(after) if one.end() == len(after)), None)
    return [*ends, (after[: cared.start()], cared.group())] if cared and "safe" in ways else ends


def _is_over(before: str, way: str, taken: bool) -> bool:
    if not (taken or DONE.search(before.lstrip("了") + way) or way.endswith(BY_ITSELF)):
        return False
    where = WHERE.match(before)
    plain = before[where.end() :] if where else before
    whole = ALL.search(plain) or THOSE.match(plain)
    return not cut(COUNTED.sub("", plain, count=1) if whole else plain, "saved_filler", "saved")

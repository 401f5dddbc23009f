"""救命词: whether somebody cries for help. Rings when unsure; silent only where the words say that nobody needs it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from handlers.chat.understand.losses import loss_of
from handlers.chat.understand.over import OTHERS, over
from handlers.chat.understand.shapes import shaped
from handlers.chat.understand.vocabulary import cut, ending, found, vocabulary
from handlers.chat.understand.words import bare, clauses, folded
from handlers.reports.reading.lives import lives

LASTS = re.compile(r"了?[0-9一二两三四五六七八九十几半好多]+个?(?:天|小时|钟头|分钟|夜|晚|整天)")  # 被困|三天
SOME = "[0-9一二两三四五六七八九十几]"
COUNTED = f"[约近共]?(?!0+个?[人名位]){SOME}+(?:个?[人名位]|个[村老孩群学工])"
CARED = "(?:均|都|全部|已经)*已(?:经|全部)*送[^0-9一二两三没未]{0,8}(?:医|医院|卫生院)(?:救治|治疗)*$"  # 伤2人，|已送医
TOLL = re.compile(
    f"{SOME}死{SOME}+[重轻]?伤|死{SOME}+[个名]|亡{COUNTED}|伤[者员及了]*{COUNTED}(?!{CARED})|[伤亡](?!0){SOME}+个$"
)
LOST = ("死", "遇难", "身亡", "失踪", "失联", "不见了", "被困", "困住", "受困")  # a look before the whole reading
BESIDES = re.compile(  # 冲走3头牛、2个人: people who are counted behind the beasts
    f"(?:死|冲走|卷走|埋|压住|失踪|不见)了?{SOME}+[头只匹条羽][^。．.！!？?；;\n]*[、，,](?:还有|和)?{SOME}+[个名位]"
)
PLAYED = re.compile(  # 房子着了|火的演练, and not 演练中有人受伤
    "火?的?(?:应急|消防|疏散|逃生|自救|模拟)*(?:演练|演习|推演|宣传|培训|讲座)(?![时中现员人场])"
)
NUMBER_ALONE = re.compile(r"为?[0零](?:人|起|例|户)?")
NONE = re.compile(r"(?:人员|人数|情况|人口|总数|数)(?:为|是)?(?:[0零](?:人|起|例|户|名)?|无|没有)")  # 伤亡情况：无
FROM = re.compile("从[^从]{1,8}$")  # 石头从山上|滚下来
WHOLLY = re.compile(r"已|都|全|均")  # whoever was trapped, as it goes on behind a space


def cries(text: str) -> bool:
    """Whether any of the words stands there neither in an innocent word nor directly denied, or people are counted who
    are dead, missing or trapped."""
    known = vocabulary()
    if bare(text) in known.whole["plea"]:
        return True
    told = _told(clauses(text))
    if any(_cries(clause) for clause in told) or BESIDES.search(folded(text)) or shaped(text):
        return True
    return _counts(text) and _counts("，".join("".join(clause.pieces) for clause in told if not _told_over(clause)))


@dataclass(frozen=True)
class Clause:
    """`then`: what is said next, which may end it: 一人受伤，|已送医院. None: nothing does, others are in need."""

    pieces: Sequence[str]
    then: str | None


def _told(said: Sequence[Sequence[str]]) -> list[Clause]:
    others = OTHERS.search("".join(map("".join, said)))
    follows = [*map("".join, said[1:]), ""]
    return [Clause(pieces, None if others else then) for pieces, then in zip(said, follows, strict=False)]


def _told_over(clause: Clause) -> bool:
    """Whether it tells of somebody who was in need, and is no longer."""
    words = "".join(clause.pieces)
    return any(_is_over(clause, at, end) for at, end in found(words, "plea"))


def _counts(text: str) -> bool:
    plain = bare(text)
    if TOLL.search(plain):
        return True
    if not any(word in plain for word in LOST):
        return False
    for word in vocabulary().part["no_death"]:
        text = text.replace(word, "")
    return lives(text)


def _cries(told: Clause) -> bool:
    """A word may stand over the end of a piece (救 命); what denies it does not."""
    clause, cuts = "".join(told.pieces), _cuts(told)
    words = [*found(clause, "plea")]
    innocent = [pair for pair in found(clause, "innocent") if not _goes_on(clause, *pair)] if words else []
    for at, end in words:
        broken = _inside(cuts, at, end)
        covered = {n for a, b in innocent if _inside(cuts, a, b) <= broken for n in range(a, b)}
        if covered.issuperset(range(at, end)) or _denied(clause, cuts, at, end):
            continue
        if not _is_over(told, at, end):
            return True
    return False


def _cuts(told: Clause) -> list[int]:
    return [0, *accumulate(map(len, told.pieces))]


def _is_over(told: Clause, at: int, end: int) -> bool:
    """被困|的人都救出来了, 伤员|已送医. Behind a space it goes on where it says 已 or 都."""
    if told.then is None:
        return False
    clause = "".join(told.pieces)
    begin, until = _piece(_cuts(told), at, end)
    rest = clause[end:] if WHOLLY.match(clause[until:]) else clause[end:until]
    whole = rest + told.then if len(rest) == len(clause) - end else rest
    return any(over(clause[at:end], clause[begin:at], one) for one in (rest, whole))


def _inside(cuts: Sequence[int], at: int, end: int) -> set[int]:
    return {one for one in cuts if at < one < end}


def _goes_on(clause: str, at: int, end: int) -> bool:
    """被困难|以: a word that begins in it and ends beyond it, so that it was none."""
    return any(at < begins < end < ends for begins, ends in found(clause, "apart"))


def _denied(clause: str, cuts: Sequence[int], at: int, end: int) -> bool:
    """没有人员|被困, 伤亡|为零, 猪|死了. 有没有 asks, and whoever asks may need help."""
    known, word = vocabulary().part, clause[at:end]
    begin, until = _piece(cuts, at, end)
    before, after, rest = clause[begin:at], clause[end:until], clause[end:]
    if word in known["fall"]:
        before = FROM.sub("", before)
    if PLAYED.match(rest):
        return True
    if word in known["wanted"]:
        return _unneeded(before, rest if rest in known["unneeded_after"] else after)
    if {after, rest} & {*known["none_after"]} or NONE.fullmatch(rest):
        return True
    if NUMBER_ALONE.fullmatch(_next(clause, cuts, end)):
        return True
    if word in known["befalls_things"] and loss_of(word, before, after):
        return True
    return _negated(word, before, after)


def _piece(cuts: Sequence[int], at: int, end: int) -> tuple[int, int]:
    """From where to where the piece goes that it stands in."""
    return max(one for one in cuts if one <= at), min(one for one in cuts if one >= end)


def _next(clause: str, cuts: Sequence[int], end: int) -> str:
    """The piece that follows: 死亡 0 失踪 0."""
    return next((clause[one : min(n for n in cuts if n > one)] for one in cuts if one == end and end < cuts[-1]), "")


def _unneeded(before: str, after: str) -> bool:
    """不用派|救援, 没有人需要|救援, 救援|不用来了. That there is none is a cry: 没有|救援, 救援|还没来, 구조|없음."""
    known = vocabulary().part
    if after in known["unneeded_after"]:
        return True
    if ending(before, "question") or any(word in after for word in known["still_needed"]):
        return False
    needs = ending(before, "need")
    refused = ending(cut(before, "unneeded_filler", "unneeded"), "unneeded")
    return bool(refused) or (bool(needs) and _negates(before.removesuffix(needs), "negation_filler"))


def _negated(word: str, before: str, after: str) -> bool:
    """没有人员|被困. Not so 不是|着火|了吗, which says that it is, nor 家里没人|着火, 水电都没有|被困|三天."""
    known = vocabulary().part
    happens = word in known["happening"]
    if not _negates(before, "happening_filler" if happens else "negation_filler"):
        return False
    if "不是" in before and any(one in after for one in known["rhetorical"]):
        return False
    return happens or not (LASTS.match(after) or _lacks(before))


def _negates(before: str, filler: str) -> bool:
    before = cut(before, filler, "negation")
    return bool(ending(before, "negation")) and not ending(before, "question")


def _lacks(before: str) -> bool:
    """水电都没有: something else is denied, and not what follows."""
    word = ending(before, "negation")
    return bool(word) and bool(ending(before.removesuffix(word).rstrip("都也全还"), "lacks"))

"""What the two ledgers ask of each row, and what is read from a form. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import SignalTreeError

LIVES, HOUSES = "lives", "houses"
TITLES = {LIVES: "因灾死亡失踪人口台账", HOUSES: "倒塌损坏住房户台账"}
OUTCOMES = {
    LIVES: {"dead": "死亡", "missing": "失踪"},
    HOUSES: {"fallen": "倒塌", "heavy": "严重损坏", "slight": "一般损坏"},
}
FIELDS = {  # (name, label, how many letters); the first two must be there
    LIVES: (("name", "姓名", 32), ("where", "在哪里遇难或失踪", 120), ("sex", "性别", 4), ("age", "年龄", 3),
            ("number", "身份证号", 18), ("home", "户籍所在地", 120), ("when", "时间", 32), ("cause", "原因", 120),
            ("more", "备注", 200)),
    HOUSES: (("name", "户主姓名", 32), ("where", "住址", 120), ("number", "身份证号", 18), ("people", "家庭人口", 3),
             ("kind", "户类型（一般户、低保户等）", 24), ("built", "房屋结构", 24), ("rooms", "住房间数", 4),
             ("broken", "倒塌或损坏间数", 4), ("more", "备注", 200)),
}  # fmt: skip
NUMBERS = frozenset({"age", "people", "rooms", "broken"})
OLDEST = 130
WEIGHTS, CHECK = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"  # GB 11643


class BadRow(SignalTreeError):
    """没有存："""


@dataclass(frozen=True)
class Written:
    outcome: str
    fields: dict[str, str]


def written(ledger: str, form: Mapping[str, str]) -> Written:
    """The row. Raises BadRow that names the field and the mend."""
    outcome = form.get("outcome", "")
    if outcome not in OUTCOMES[ledger]:
        raise BadRow(f"请选是{'、'.join(OUTCOMES[ledger].values())}里的哪一种。")
    kept = {}
    for name, label, most in FIELDS[ledger]:
        text = " ".join(form.get(name, "").split())
        if len(text) > most:
            raise BadRow(f"“{label}”太长，最多 {most} 个字。")
        if name in NUMBERS and text and not text.isdecimal():
            raise BadRow(f"“{label}”请只写数字，例如 3。")
        kept[name] = text
    for name, label, _ in FIELDS[ledger][:2]:
        if not kept[name]:
            raise BadRow(f"请写“{label}”，不清楚就写“不详”。")
    if kept["number"] and not _own(kept["number"]):
        raise BadRow("身份证号不对：应是 18 位，最后一位对不上。请核对，没有就空着。")
    if kept.get("age") and int(kept["age"]) > OLDEST:
        raise BadRow(f"“年龄”{kept['age']} 岁，不会这么大。请核对。")
    if kept.get("rooms") and kept.get("broken") and int(kept["broken"]) > int(kept["rooms"]):
        raise BadRow(f"“倒塌或损坏间数”{kept['broken']} 间，比“住房间数”{kept['rooms']} 间还多。哪个对？")
    return Written(outcome, kept)


def _own(number: str) -> bool:
    """Whether the last place agrees with the others."""
    plain = number.upper()
    if len(plain) != 18 or not plain[:17].isdecimal():
        return False
    return CHECK[sum(int(one) * weight for one, weight in zip(plain[:17], WEIGHTS, strict=True)) % 11] == plain[17]

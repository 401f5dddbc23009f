"""The villages that were moved, in words: one row for each, with everything that was said of it in its order."""

from broadcasts.evidence.plain_lines import clock
from broadcasts.evidence.tables import Tables
from broadcasts.tasks.evacuation.figures import Figure
from broadcasts.tasks.evacuation.models import EvacuationWord
from broadcasts.tasks.evacuation.queries import Seen
from broadcasts.tasks.evacuation.words import phrase


def moved(one: Seen, tables: Tables) -> list[str]:
    """When, which village, who, by when and on whose decision, 应转, 已转, 未转, 拒转, where to, what became of it, and
    word by word what was said."""
    task, order, said = one.task, one.order, one.said
    second = f"，{clock(task.second_at, tables.zone)}叫了 {one.second.name}" if task.second_at and one.second else ""
    reason = f"（{tables.word('EVACUATION_WHY', task.reason)}）" if task.reason else ""
    place = f"；人在{said.place}" if said.place else ""
    none = said.refusing is not None and said.refusing.value == 0
    refusing = "有，没说几人" if said.refuses and (none or not said.refusing) else _figure(said.refusing, "人")
    return [
        f"{tables.moment(order.at)}　{tables.who(order.by)}",
        f"{one.town}{one.village}",
        f"{one.first.name}{second}",
        f"{tables.moment(order.until)} 前；{order.basis}",
        f"{task.expected} 人" if task.expected is not None else "没有数",
        _both(said.homes, said.people) + ("，说都转完了" if said.everybody else ""),
        _both(said.left_homes, said.left_people),
        refusing,
        f"{one.shelter.name if one.shelter else '没有定'}{place}",
        f"{tables.word('EVACUATIONS', task.state.value)}{reason}",
        "\n".join(_word(one, word, tables) for word in one.words),
    ]


def _word(one: Seen, word: EvacuationWord, tables: Tables) -> str:
    taken = f"（{clock(word.undone_at, tables.zone)}收回）" if word.undone_at else ""
    if word.late:
        taken = "（转移已到此为止，没有计入）"
    heard = f"，{tables.who(word.by)}记" if word.by.startswith("user:") else ""
    read = phrase("figures", h=word) or "看到了"
    said = f"：“{word.words}”" if word.words else ""
    spoke = f"{one.name(word)}　{tables.word('HOW', word.how.value)}"
    return f"{clock(word.at, tables.zone)}　{spoke}{heard}{said}，记为 {read}{taken}"


def _both(homes: Figure | None, people: Figure | None) -> str:
    return " ".join(part for part in (_figure(homes, "户"), _figure(people, "人")) if part) or "没有数"


def _figure(figure: Figure | None, unit: str) -> str:
    return f"{figure.value} {unit}" if figure else ""

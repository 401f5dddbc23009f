"""What was handed over, in words: one row for each loudspeaker, screen and customers' group of a sending."""

from broadcasts.evidence.handed import PLAYED_BACK, SAYS
from broadcasts.evidence.pack import Handed, Step
from broadcasts.evidence.plain_lines import clock
from broadcasts.evidence.tables import Tables
from broadcasts.outlets.told import STATES

NOBODY = {"screen": "自己取的网页"}
TOLD = {"customer_group": "平台给了任务"}
TASKS = {
    "fetched": "显示屏取走了", "reminded": "催过 {} 次", "confirmed": "点了确认", "settled": "平台说完了",
    "cancelled": "任务取消", "over": "平台不再留着",
}  # fmt: skip


def handed(one: Handed, tables: Tables) -> list[str]:
    """Sending, kind, name, place, to whom, when, what, what came of it, step by step."""
    told = f"{clock(one.at, tables.zone)} {TOLD.get(one.kind, '告诉了')}".strip() if one.at else "没有告诉到人"
    reason = f"（{tables.word('REASONS', one.reason)}）" if one.reason else ""
    state = tables.word("HANDED", f"{one.kind}:{one.state}") if one.state in {"queued", "sent"} else ""
    return [
        tables.word("PURPOSES", one.purpose),
        tables.word("CHANNELS", one.kind).partition("（")[0],
        one.name,
        one.place,
        one.to or NOBODY.get(one.kind, "没有负责人"),
        told if one.to else "",
        f"{one.text.partition(chr(10))[0]}（{one.sha256[:12]}）" if one.sha256 else "",
        f"{state or tables.word('STATES', one.state)}{reason}",
        "\n".join(f"{clock(step.at, tables.zone)}　{_step(step, tables)}" for step in one.steps),
    ]


def _step(step: Step, tables: Tables) -> str:
    if step.kind == SAYS:
        times = f" {step.times} 遍" if step.times and step.times > 1 else ""
        return f"{step.by}说：{tables.word('SAID', step.code)}{times}"
    if step.kind == PLAYED_BACK:
        return f"应急广播平台说：{STATES.get(int(step.code), step.code)}"
    return TASKS.get(step.code, step.code).format(step.times or 0)

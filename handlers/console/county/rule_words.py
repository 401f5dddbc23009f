"""Rules in words, as a person would read them aloud."""

from broadcasts.audience.models import Advice, AudienceRule
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.release.models import ReleaseRule
from handlers.console.county.rule_forms import CHANNELS, MESSAGES, MODES, hazard_name


def audience_words(rule: AudienceRule) -> str:
    """22-07 点，风险点，暴雨 11B03 黄色预警：叫醒灾害信息员."""
    when = [f"{rule.hours} 点"] if rule.hours else []
    where = [f"有“{rule.tag}”标签的地方"] if rule.tag else []
    facts = "，".join([*when, *where, f"{what(rule.hazard, rule.grade)}{MESSAGES.get(rule.message, rule.message)}"])
    whom = rule.role or "所有人和群"
    by = f"，只走{CHANNELS.get(rule.channels, rule.channels)}" if rule.channels else ""
    return f"{facts}：{_loud(rule.mode, whom)}{by}"


def release_words(rule: ReleaseRule) -> str:
    whose = f"{rule.sender}的" if rule.sender else ""
    facts = f"{whose}{what(rule.hazard, rule.grade)}预警"
    does = ["扣下，等人放行"] if rule.hold else []
    does += [f"超过 {rule.stale_minutes} 分钟算太旧"] if rule.stale_minutes is not None else []
    return f"{facts}：{'；'.join(does) or '不另作处理'}"


def advice_for(row: Advice) -> str:
    return (
        f"{what(row.hazard, row.grade)}预警，给{row.role or '所有人'}{'' if row.language == 'zh-CN' else '（朝鲜语）'}"
    )


def what(code: str, grade: str) -> str:
    hazard = hazard_name(code)
    colour = Grade(grade).zh if grade in set(Grade) else grade
    return " ".join(filter(None, [hazard, colour])) or "任何"


def grave(grade: str) -> bool:
    """Whether a rule is about red or orange, by name or among all."""
    return grade in {"", Grade.red, Grade.orange}


def _loud(mode: Mode, whom: str) -> str:
    return f"{MODES[mode]}{whom}" if mode is Mode.wake else f"给{whom}{MODES[mode]}"

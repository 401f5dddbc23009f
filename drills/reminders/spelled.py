"""A rule of RFC 5545 in the words that people say: 每月 5 日, 每周一. Pure."""

ORDINALS = {"1": "第一个", "2": "第二个", "3": "第三个", "4": "第四个", "5": "第五个", "-1": "最后一个"}
DAYS = {"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}
ONCE = "只一次"
EVERY = {"DAILY": ("天", "天"), "WEEKLY": ("周", "周"), "MONTHLY": ("月", "个月"), "YEARLY": ("年", "年")}
KNOWN = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY"}


def spelled(rule: str) -> str:
    """What has no plain words stands as it was written."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().removeprefix("RRULE:").split(";") if part)
    if not parts:
        return ONCE
    try:
        return _said(parts)
    except KeyError:
        return f"按 {rule} 重复"


def _said(parts: dict[str, str]) -> str:
    """Raises KeyError."""
    if set(parts) - KNOWN:
        raise KeyError(*sorted(set(parts) - KNOWN))
    one, several = EVERY[parts["FREQ"]]
    number = parts.get("INTERVAL", "1")
    words = f"每{one}" if number == "1" else f"每 {number} {several}"
    if months := parts.get("BYMONTH"):
        words += f" {months.replace(',', '、')} 月"
    if days := parts.get("BYMONTHDAY"):
        words += "最后一天" if days == "-1" else f" {days.replace(',', '、')} 日"
    if week := parts.get("BYDAY"):
        named = [_day(day) for day in week.split(",")]
        words += "、周".join(named) if parts["FREQ"] == "WEEKLY" else f"的{'、'.join(_whole(day) for day in named)}"
    return words


def _day(day: str) -> str:
    """1MO is 第一个周一, MO is the 一 of 每周一."""
    which, name = day[:-2].removeprefix("+"), DAYS[day[-2:]]
    return f"{ORDINALS[which]}周{name}" if which else name


def _whole(day: str) -> str:
    return day if len(day) > 1 else f"每个周{day}"

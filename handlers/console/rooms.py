"""The rooms of the console, in groups: what a duty officer needs at night stands open, the rest behind one touch."""

from bot.access.guards import Caller
from bot.access.models import Role

Room = tuple[str, str]  # address, name
Listed = tuple[str, str, tuple[Role, ...]]  # who sees it; nobody named: everybody

OPEN: tuple[Listed, ...] = (
    ("/console/", "今晚", ()),
    ("/console/alerts", "预警", ()),
    ("/console/held", "待放行", ()),
    ("/console/inbox", "来信", (Role.officer, Role.leader)),
    ("/console/reports", "上报", (Role.officer, Role.leader)),
    ("/console/duty", "值班", ()),
    ("/console/paste", "粘贴", (Role.officer, Role.leader)),
)
GROUPS: tuple[tuple[str, tuple[Listed, ...]], ...] = (
    (
        "值班",
        (
            ("/console/handover", "交接", ()),
            ("/console/phone-log", "来电", (Role.officer, Role.leader)),
            ("/console/reminders", "提醒", (Role.officer, Role.leader, Role.admin)),
        ),
    ),
    (
        "办事",
        (
            ("/console/notices", "通知、本级预警", (Role.officer, Role.leader, Role.approver)),
            ("/console/hints", "隐患", (Role.officer, Role.leader, Role.admin)),
            ("/console/drills", "演练", ()),
            ("/console/plan", "预演", ()),
            ("/console/shelters", "避难场所", (Role.officer, Role.leader, Role.admin)),
        ),
    ),
    (
        "回头看",
        (
            ("/console/figures", "数字", ()),
            ("/console/bulletins", "通报", (Role.officer, Role.leader, Role.approver)),
        ),
    ),
    (
        "设置",
        (
            ("/console/setup", "上线向导", (Role.admin,)),
            ("/console/watch", "体检", (Role.officer, Role.leader, Role.admin)),
            ("/console/feeds", "来源", (Role.officer, Role.admin)),
            ("/console/robots", "群机器人", (Role.officer, Role.admin)),
            ("/console/customers", "客户群", (Role.officer, Role.admin)),
            ("/console/outlets", "大喇叭、显示屏", (Role.officer, Role.leader, Role.admin)),
            ("/console/bindings", "绑定", (Role.officer, Role.admin)),
            ("/console/posters", "海报", (Role.officer, Role.admin)),
            ("/console/tags", "公众号标签", (Role.admin,)),
            ("/console/rules", "规则", (Role.officer, Role.leader, Role.admin)),
            ("/console/clips", "方言录音", (Role.officer, Role.leader, Role.admin, Role.approver)),
            ("/console/import", "导入", (Role.admin,)),
            ("/console/users", "账号", (Role.admin,)),
        ),
    ),
)


def open_to(caller: Caller | None, listed: tuple[Listed, ...] = OPEN) -> list[Room]:
    return [(a, n) for a, n, roles in listed if caller and (not roles or caller.may(*roles))]


def behind(caller: Caller | None) -> list[tuple[str, list[Room]]]:
    """The groups that stand behind 更多, without those in which nothing is open to the caller."""
    groups = [(name, open_to(caller, listed)) for name, listed in GROUPS]
    return [(name, rooms) for name, rooms in groups if rooms]

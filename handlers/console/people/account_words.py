"""What the roles and scopes of accounts are called."""

from bot.access.models import Role, Scope

ROLES = {
    Role.officer: "值班员",
    Role.leader: "带班领导",
    Role.approver: "审批人",
    Role.viewer: "只看",
    Role.admin: "管理员",
}
SCOPES = {Scope.intake: "送来预警", Scope.read: "查询", Scope.notices: "发起通知", Scope.reports: "收发上报"}

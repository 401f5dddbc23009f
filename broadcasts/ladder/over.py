"""Whether anybody is still told, telephoned or knocked at for an alert. Pure."""

from datetime import datetime

from broadcasts.alerts.models import Alert, Status


def over_because(alert: Alert | None, at: datetime) -> str:
    """Why nobody is told any more; empty while the alert is in force."""
    if alert is None or alert.msg_type == "Cancel":
        return "cancelled"
    if alert.expires is not None and alert.expires <= at:
        return "expired"
    if alert.status is not Status.issued:
        return "superseded" if alert.replaced_by else "ended"
    return ""

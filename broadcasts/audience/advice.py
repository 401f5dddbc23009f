"""现在要做: the county's signed lines for a hazard, a grade and a role; the closest row that matches."""

from collections.abc import Iterable

from broadcasts.audience.models import Advice
from broadcasts.hazards.grades import Grade


def lines(
    rows: Iterable[Advice], event_code: str | None, grade: Grade | None, role: str, language: str = "zh-CN"
) -> list[str]:
    """At most three, none where nothing is signed in this language."""
    fitting = [
        row
        for row in rows
        if row.signed_by
        and row.language == language
        and (not row.hazard or (event_code or "").startswith(row.hazard))
        and row.grade in {"", grade.value if grade else ""}
        and row.role in {"", role}
    ]
    best = max(fitting, key=lambda r: (bool(r.role), len(r.hazard), bool(r.grade)), default=None)
    return [line.strip() for line in best.lines.splitlines() if line.strip()][:3] if best else []

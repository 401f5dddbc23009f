"""The worker stays lean: it imports only what sending needs."""

import subprocess
import sys

BANNED = (
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "jinja2",
    "lxml",
    "shapely",
    "apscheduler",
    "typer",
    "rich",
    "argon2",
    "bot.simulator",
    "broadcasts.audience",
    "broadcasts.intake",
    "handlers",
    "drills",
    "templates",
)


def test_the_worker_loads_no_templates_no_rules_and_no_orm() -> None:
    code = "import sys, bot.worker; print('\\n'.join(sorted(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "broadcasts.dispatch.sending.sender" in loaded
    found = [name for name in loaded if any(name == b or name.startswith(b + ".") for b in BANNED)]
    assert found == []

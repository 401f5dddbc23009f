"""The schema's newest revision by its file's name, for those who do without Alembic."""

from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """Revisions are numbered in one line: 0001, 0002 …"""
    return max(path.name.split("_", 1)[0] for path in VERSIONS.glob("0*.py"))

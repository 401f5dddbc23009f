"""The house as docs say: imports run one way, every part is in its place, and nothing else stands at the top."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ROOMS = ("bot", "broadcasts", "drills", "handlers", "templates", "tests")
ROOF = (
    *(
        "bot.__main__",
        "bot.app",
        "bot.cli",
        "bot.supervisor",
        "bot.ticker",
        "bot.commands.web",
        "bot.wiring",
        "bot.worker",
    ),
    *("bot.commands", "bot.demo", "bot.migrations"),
)
FLOORS = {"bot": 0, "broadcasts": 1, "drills": 2, "handlers": 3}
ROOF_FLOOR = 4
FILES = {
    *("README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "requirements.lock", "Makefile"),
    *("docs", "deploy"),
}
MADE = {"data", "dist", "bench.json", "chaos.json", "shots"}  # by running it; not kept


def floor(module: str) -> int | None:
    """None for what is not ours, and for what everybody may use."""
    if any(module == part or module.startswith(f"{part}.") for part in ROOF):
        return ROOF_FLOOR
    return FLOORS.get(module.partition(".")[0])


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS[:-1]:
        for path in sorted((TOP / room).rglob("*.py")):
            name = ".".join(path.relative_to(TOP).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from bot import app` imports the module bot.app, `from bot.app import x` the module bot.app.
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"(relative import in {path.name})"


def test_imports_run_one_way() -> None:
    upward = [
        f"{name} imports {other}"
        for name, path in modules()
        if (mine := floor(name)) is not None
        for other in imported(path)
        if (theirs := floor(other)) is not None and theirs > mine
    ]
    assert upward == []


def test_no_relative_imports_and_no_test_in_the_product() -> None:
    wrong = [(n, o) for n, p in modules() for o in imported(p) if o.startswith(("(relative", "tests"))]
    assert wrong == []


def test_web_and_worker_never_import_the_simulator() -> None:
    allowed = ("bot.simulator", "bot.demo", "bot.commands")
    wrong = [
        name
        for name, path in modules()
        if not name.startswith(allowed) and any(o.startswith("bot.simulator") for o in imported(path))
    ]
    assert wrong == []


def test_every_init_is_there_and_empty() -> None:
    folders = {path.parent for room in ROOMS for path in (TOP / room).rglob("*.py")}
    lacking = [str(f.relative_to(TOP)) for f in folders if not (f / "__init__.py").is_file()]
    full = [
        str(f.relative_to(TOP)) for f in folders if (f / "__init__.py").is_file() and (f / "__init__.py").stat().st_size
    ]
    assert (sorted(lacking), sorted(full)) == ([], [])


def test_nothing_else_stands_at_the_top() -> None:
    there = {path.name for path in TOP.iterdir() if not path.name.startswith(".") and path.suffix != ".egg-info"}
    assert there - set(ROOMS) - FILES - MADE == set()


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "service", "core", "common"])
def test_no_file_has_a_name_that_says_nothing(word: str) -> None:
    assert [name for name, _ in modules() if word in name.split(".")] == []


def test_the_lock_names_no_address() -> None:
    lock = (TOP / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock
    assert all("==" in line for line in lock.splitlines() if line and line[0] not in "# ")


def test_what_git_ignores_is_not_in_the_tree() -> None:
    done = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"],  # noqa: S607
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""

"""On the board a town names the villages that lack, and folds them where they are many."""

from types import SimpleNamespace
from typing import Any

import pytest

from handlers.console.page import pages

TOWN = 7


def town(lacking: int) -> Any:
    """A town with so many villages that have not all answered, and one that has."""
    names = [SimpleNamespace(id=n, name=f"{n}村", answered=0, asked=2, complete=False) for n in range(10, 10 + lacking)]
    whole = SimpleNamespace(id=99, name="齐了村", answered=2, asked=2, complete=True)
    return SimpleNamespace(id=TOWN, name="柳湾镇", villages=[*names, whole], answered=2, asked=40, silent=38)


@pytest.mark.parametrize(("lacking", "folded"), [(0, False), (6, False), (7, True)])
def test_many_villages_are_folded(lacking: int, folded: bool) -> None:
    line = str(pages().get_template("warnings/board.html").module.line(town(lacking)))  # type: ignore[attr-defined]
    assert (f'<details id="town-{TOWN}"><summary class="quiet">{lacking} 处没有齐' in line) is folded
    assert line.count("村 0/2") == lacking
    assert "齐了村" not in line

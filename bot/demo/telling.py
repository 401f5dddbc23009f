"""How a story is told on a terminal: what happened, what each kind of person saw, and which checks hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import typer


@dataclass
class Telling:
    """Counts the checks of one story; says them as they come. `clock` says what the county's clocks show, where a
    story has them turned."""

    name: str
    clock: Callable[[], str] = str
    held: int = 0
    missed: list[str] = field(default_factory=list)

    def scene(self, words: str) -> None:
        typer.echo(f"\n── {' '.join(filter(None, (self.clock(), words)))}")

    def saw(self, who: str, texts: Sequence[str]) -> None:
        """The newest message on somebody's phone."""
        typer.echo(f"  {who}（共 {len(texts)} 条）：")
        for line in (texts[-1] if texts else "（没有消息）").splitlines():
            typer.echo(f"    │ {line}")

    def figure(self, words: str) -> None:
        """Something measured."""
        typer.echo(f"  ⏱ {words}")

    def check(self, holds: bool, words: str) -> None:
        if holds:
            self.held += 1
        else:
            self.missed.append(words)
        typer.echo(f"  {'✓' if holds else '✗ 不成立：'} {words}")

    def end(self) -> int:
        """The last line, and the exit status."""
        total = self.held + len(self.missed)
        typer.echo(f"\nstory {self.name}: {self.held} of {total} checks hold")
        return 0 if not self.missed else 1

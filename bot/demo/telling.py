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

    def begin(self) -> None:
        """What a reader has to know first."""
        typer.echo("样板县青崖县，人名地名都是编的，没有一条会到真人手里。")
        typer.echo("── 是几点、出了什么事；│ 是那个人手机上看到的原话；✓ 是核对过、成立的一件事。")

    def scene(self, words: str) -> None:
        typer.echo(f"\n── {' '.join(filter(None, (self.clock(), words)))}")

    def saw(self, who: str, texts: Sequence[str]) -> None:
        """The newest message on somebody's phone."""
        typer.echo(f"  {who}（共 {len(texts)} 条）：")
        for line in (texts[-1] if texts else "（没有消息）").splitlines():
            typer.echo(f"    │ {line}")

    def figure(self, words: str) -> None:
        """Something measured or read."""
        typer.echo(f"  · {words}")

    def check(self, holds: bool, words: str) -> None:
        if holds:
            self.held += 1
        else:
            self.missed.append(words)
        typer.echo(f"  {'✓' if holds else '✗ 不成立：'} {words}")

    def end(self) -> int:
        """The last line, and the exit status."""
        total = self.held + len(self.missed)
        missed = f"，{len(self.missed)} 件不成立（✗）" if self.missed else ""
        typer.echo(f"\n演完了：核对了 {total} 件事，{self.held} 件成立{missed}。")
        typer.echo(f"story {self.name}: {self.held} of {total} checks hold")
        return 0 if not self.missed else 1

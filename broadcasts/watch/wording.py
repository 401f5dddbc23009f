"""The words of a finding: what is wrong, and the mend."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from broadcasts.dispatch.texts.render import render


class Words(NamedTuple):
    said: str
    mend: str


def words(kind: str, facts: Mapping[str, Any]) -> Words:
    said, _, mend = render("watch.txt", kind=kind, facts=dict(facts)).partition("\n")
    return Words(said.strip(), mend.strip())

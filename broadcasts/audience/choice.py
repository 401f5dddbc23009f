"""Whom a person chose for one sending, beside the county's rules or instead of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcasts.audience.models import AudienceRule
from broadcasts.dispatch.states import Mode

RESIDENTS = "居民"
BASIS = "本次选定"


@dataclass(frozen=True)
class Choice:
    """`roles` of people and kinds of groups, in the areas that are hit. `only`: beside them nobody hears it who was not
    told of what it replaces."""

    roles: tuple[str, ...] = ()
    mode: Mode = Mode.quiet
    only: bool = False

    @property
    def residents(self) -> bool:
        """Whether followers of the account may hear it, as they subscribed."""
        return not self.only or RESIDENTS in self.roles

    def rules(self, county: Sequence[AudienceRule]) -> list[AudienceRule]:
        """The rules of this one sending."""
        own = [AudienceRule(role=role, mode=self.mode, basis=BASIS) for role in self.roles if role != RESIDENTS]
        return own if self.only else [*county, *own]


THOSE_TOLD = Choice(only=True)  # exactly the recipients of what is replaced

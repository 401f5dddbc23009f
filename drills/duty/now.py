"""Who is on duty at a moment: the shifts that are on, and for any area the nearest post upward that has one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from drills.duty.models import Post, Shift
from drills.duty.rules import Rules, rules


@dataclass(frozen=True)
class OnShift:
    """One person's shift at a post."""

    shift: Shift
    post: Post
    person: Person
    leads: bool


@dataclass(frozen=True)
class Desk:
    """The people of the nearest post, staff before leaders, and its telephone."""

    post: Post
    phone: str
    people: Sequence[OnShift]

    @property
    def staff(self) -> list[OnShift]:
        return [one for one in self.people if not one.leads]

    @property
    def leaders(self) -> list[OnShift]:
        return [one for one in self.people if one.leads]


class Roster:
    """The shifts of one moment, asked by area."""

    def __init__(self, areas: Tree, on: Sequence[OnShift]) -> None:
        self.areas = areas
        self.on = on

    def near(self, area_id: int) -> Desk | None:
        """The nearest post upward with somebody on shift; None where there is none up to the county."""
        for node in self.areas.up(area_id):
            here = [one for one in self.on if one.post.area_id == node.id]
            if here:
                return Desk(here[0].post, phone_of(self.areas, here[0].post), here)
        return None

    def county(self) -> Desk | None:
        return next((desk for root in self.areas.roots if (desk := self.near(root.id))), None)

    def desks(self) -> list[Desk]:
        """Every post that has somebody, the county's first."""
        ids = dict.fromkeys(one.post.id for one in self.on)
        by_post = [[one for one in self.on if one.post.id == post_id] for post_id in ids]
        made = [Desk(people[0].post, phone_of(self.areas, people[0].post), people) for people in by_post]
        return sorted(made, key=lambda desk: (sum(1 for _ in self.areas.up(desk.post.area_id)), desk.post.id))


def phone_of(areas: Tree, post: Post) -> str:
    """A post's own telephone, else its area's."""
    return post.phone or areas.duty_phone(post.area_id)


async def roster(session: AsyncSession, at: datetime, areas: Tree | None = None) -> Roster:
    """Who is on duty at `at`. Who said that she cannot come is not."""
    areas, known = areas or await tree(session), await rules(session)
    when = (col(Shift.starts_at) <= at, col(Shift.ends_at) > at, col(Shift.cannot_at).is_(None))
    return Roster(areas, await shifts(session, known, *when))


async def shifts(session: AsyncSession, known: Rules, *where: sa.ColumnElement[bool]) -> list[OnShift]:
    """Shifts that stand, with their post and person: by their beginning, then staff before leaders."""
    wanted = (
        sa.select(Shift, Post, Person)
        .join(Post, col(Post.id) == col(Shift.post_id))
        .join(Person, col(Person.id) == col(Shift.person_id))
        .where(col(Shift.removed_at).is_(None), col(Post.ended_at).is_(None), *where)
    )
    rows = (await session.execute(wanted)).all()
    found = [OnShift(shift, post, person, known.leads(shift.role)) for shift, post, person in rows]
    return sorted(found, key=lambda one: (one.shift.starts_at, one.post.id, known.order(one.shift.role), one.shift.id))


async def posts(session: AsyncSession) -> list[Post]:
    rows = await session.execute(sa.select(Post).where(col(Post.ended_at).is_(None)).order_by(col(Post.id)))
    return list(rows.scalars())


def names(people: Iterable[OnShift]) -> str:
    """刘洋、孙和平（带班）."""
    return "、".join(one.person.name + ("（带班）" if one.leads else "") for one in people)

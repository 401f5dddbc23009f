"""Residents: who follows the county's account (Follower), and for which places and hazards (Subscription)."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Follower(Table, table=True):
    """One who follows the account. Without a subscription: the whole county's red and orange. `left_at` after
    unfollowing, and of whoever was erased: then `openid` is `erased:` and the uid."""

    __table_args__ = (sa.UniqueConstraint("road", "openid", name="uq_follower_openid"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    road: Road = Field(sa_type=words(Road, 8))
    openid: str = Field(max_length=128)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)  # staff who also follow
    language: str = Field(default="zh-CN", max_length=16)
    quiet_from: str = Field(default="22:00", max_length=5)  # local; red and orange always pass
    quiet_to: str = Field(default="07:00", max_length=5)
    asked_place_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # one question, once
    followed_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # 退订: follows, and hears nothing


class Subscription(Table, table=True):
    """A place that a follower wants to hear of, with the hazards and the least grade there. Empty hazards mean any."""

    __table_args__ = (sa.UniqueConstraint("follower_id", "area_id", name="uq_subscription_place"),)
    id: int = Field(default=None, primary_key=True)
    follower_id: int = Field(foreign_key="follower.id")
    area_id: int = Field(foreign_key="area.id", index=True)
    label: str = Field(default="", max_length=24)  # 家, 父母的村
    hazards: str = Field(default="", max_length=96)  # codes or their beginnings, by comma
    least: str = Field(default="", max_length=8)  # the least grade: blue, yellow, orange, red; empty: any
    since: datetime = Field(sa_type=UtcDateTime)


class Consent(Table, table=True):
    """What somebody said to the account's notices. `unused` is how many may still be sent, where they are consented to
    one by one; `lasting` ones are not used up. What is refused is nothing more, until the next consent."""

    road: Road = Field(primary_key=True, sa_type=words(Road, 8))
    openid: str = Field(primary_key=True, max_length=128)
    template_id: str = Field(primary_key=True, max_length=64)
    unused: int = 0
    lasting: bool = False
    said_at: datetime = Field(sa_type=UtcDateTime)
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Poster(Table, table=True):
    """A village's QR code as the platform knows it: whoever scans it is of that village."""

    road: Road = Field(primary_key=True, sa_type=words(Road, 8))
    scene: str = Field(primary_key=True, max_length=64)
    area_id: int = Field(foreign_key="area.id")
    url: str = Field(max_length=255)  # what the code holds; we draw it ourselves
    made_at: datetime = Field(sa_type=UtcDateTime)

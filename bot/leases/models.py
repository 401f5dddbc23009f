"""A lease per slot: who works in it, and the number that shows that he lives."""

from sqlmodel import Field

from bot.db.base import Table


class Lease(Table, table=True):
    """`owner` is the process slot that holds it, `epoch` counts the holders, `renewal` their signs of life."""

    slot: str = Field(primary_key=True, max_length=32)
    owner: str = Field(max_length=64)
    epoch: int
    renewal: int

"""From typing an answer to its receipt on the phone and to the count on the officer's board, while the sample county's
red broadcasts go out: real processes, as `demo` runs them."""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.demo.hands import Hands
from bot.demo.measured import Took, typed
from bot.demo.processes import Running, running
from bot.demo.waiting import until
from bot.directory.models import Address, Person
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from tests.benchmarks.ground import Row

BAR = 1.0  # seconds


@dataclass
class Measured:
    """`beside` says of each answer whether the broadcast was still going out when its owner typed."""

    took: list[Took] = field(default_factory=list)
    beside: list[bool] = field(default_factory=list)


def measure(answers: int) -> list[Row]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _rows(asyncio.run(_measure(Path(folder), answers)))


def _rows(m: Measured) -> list[Row]:
    receipts, boards = sorted(t.receipt for t in m.took), sorted(t.board for t in m.took)
    name = "answer to receipt"
    return [
        Row(f"{name}: answers typed", len(m.took), "answers"),
        Row(f"{name}: typed while the county's red broadcast went out", sum(m.beside), "answers"),
        Row(f"{name}: on the phone, median", statistics.median(receipts), "s", f"<= {BAR:.0f}", _holds(receipts, 0.5)),
        Row(f"{name}: on the phone, the slowest", receipts[-1], "s", f"<= {BAR:.0f}", _holds(receipts, 1.0)),
        Row(f"{name}: on the officer's board, median", statistics.median(boards), "s", f"<= {BAR:.0f}",
            _holds(boards, 0.5)),
        Row(f"{name}: on the officer's board, the slowest", boards[-1], "s", f"<= {BAR:.0f}", _holds(boards, 1.0)),
    ]  # fmt: skip


def _holds(times: list[float], part: float) -> bool:
    return (statistics.median(times) if part < 1 else times[-1]) <= BAR


async def _measure(folder: Path, answers: int) -> Measured:
    measured = Measured()
    async with running(folder) as county:
        hands = Hands(county.http, county.simulator, county.web)
        async with hands.browser() as officer:
            await officer.open("/console/sign-in")
            await officer.press("/console/sign-in", name="liuyang", password=county.password)
            for number, phone in enumerate(await _informants(county, answers)):
                broadcast, alert = await _issue(county, number)
                await hands.shows(phone, f"第{number + 1}轮")
                measured.beside.append(not await _finished(county, broadcast))
                measured.took.append(await typed(hands, officer, phone, f"/console/alerts/{alert}"))
                await until(partial(_finished, county, broadcast))
    return measured


async def _informants(county: Running, count: int) -> list[str]:
    """One each time, from villages far apart."""
    wanted = sa.select(col(Address.value)).join(Person, col(Person.id) == col(Address.person_id))
    async with county.deps.read() as session:
        rows = await session.scalars(wanted.where(col(Person.ab) == "A").order_by(col(Person.id)))
        every = list(rows)
    return every[:: max(1, len(every) // count)][:count]


async def _issue(county: Running, number: int) -> tuple[str, str]:
    """A red alert for the whole county that replaces none; the broadcast's and the alert's ids."""
    deps = county.deps
    at = deps.clock.now()
    info = Info(
        "zh-CN",
        "暴雨",
        "11B03",
        Grade.red,
        sender_name="青崖县气象台",
        headline="青崖县气象台发布暴雨红色预警信号",
        description=f"第{number + 1}轮：过去3小时我县降雨量已达100毫米以上，预计未来3小时降雨仍将持续，请注意防范。",
        expires=None,
        areas=(MessageArea("青崖县", ("529926000000",)),),
    )
    identifier = f"52992641600000_{at:%Y%m%d%H%M%S}{number}"
    message = Message(Form.national, identifier, "青崖县气象台", at, (info,), national=True)
    async with deps.begin() as session:
        got = await take_one(session, deps.settings, message, Way("bench"), at=at)
    async with deps.read() as session:
        (broadcast,) = await of_alert(session, got.taken[0].alert.id)
    return broadcast.id, got.taken[0].alert.uid


async def _finished(county: Running, broadcast_id: str) -> bool:
    async with county.deps.read() as session:
        found = await session.get(Broadcast, broadcast_id)
        return found is not None and found.finished_at is not None


if __name__ == "__main__":
    began = time.perf_counter()
    for row in measure(6):
        print(row)  # noqa: T201
    print(time.perf_counter() - began)  # noqa: T201

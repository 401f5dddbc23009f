"""An anonymous hint by text message: what comes back names nothing, and nothing of it leads to the number."""

from sqlmodel import select

from handlers.wechat.models import Inbound
from tests.both_ways import BothWays
from tests.hints.told import hints
from tests.stories.test_sms import Gateway, both, inbox  # noqa: F401 - a fixture

RECEIPT = "收到了，已经记下，值班员会看。谢谢您。"


async def test_the_receipt_says_that_it_is_noted_and_names_nothing(both: BothWays) -> None:  # noqa: F811
    gateway = Gateway(both)
    await gateway.answers("匿名举报 村西作坊违规电焊")
    (hint,) = await hints(both.world)
    assert (await inbox(both.world))[-1].startswith(RECEIPT)
    assert hint.number not in "".join(await inbox(both.world))
    async with both.world.deps.read() as session:
        words = (await session.execute(select(Inbound))).scalars().all()
    assert {(word.sender, bool(word.body)) for word in words} == {(f"sealed:{hint.uid}", False)}


async def test_so_does_that_of_who_first_asked_to_stay_unknown(both: BothWays) -> None:  # noqa: F811
    gateway = Gateway(both)
    await gateway.answers("匿名")
    await gateway.answers("村西作坊违规电焊", id="a-2", nonce="n-2")
    (hint,) = await hints(both.world)
    assert hint.anonymous
    assert (await inbox(both.world))[-1].startswith(RECEIPT)
    async with both.world.deps.read() as session:
        senders = set((await session.execute(select(Inbound.sender))).scalars())
    assert senders == {f"sealed:{hint.uid}"}

"""The record proves itself: whatever is changed without the key is found and named."""

import pytest

from bot.deps import Deps
from bot.record.anchors import code, drop_anchor, holds, text
from bot.record.entries import record
from tests.record.story import by_hand, look, one, seal, sealed, write

DIGEST = "0" * 64


async def test_an_untouched_record_holds(deps: Deps) -> None:
    await sealed(deps, "abc", "d", "ef")
    found = await look(deps)
    assert found.problems == []
    assert (found.seals, found.entries, found.unsealed) == (3, 6, 0)


async def test_a_tail_without_a_seal_is_reported_and_is_no_fault(deps: Deps) -> None:
    await sealed(deps, "ab")
    await write(deps, "c", "d")
    found = await look(deps)
    assert (found.clean, found.unsealed) == (True, 2)
    assert found.unsealed_since == deps.clock.now()


async def test_nothing_to_seal_makes_no_seal(deps: Deps) -> None:
    await sealed(deps, "a")
    await seal(deps)
    assert (await look(deps)).seals == 1


@pytest.mark.parametrize(
    ("crime", "named"),
    [
        ("UPDATE record SET subject = 'x' WHERE id = 2", "第 2 条记录被改动"),
        ("UPDATE record SET detail = '{}' WHERE id = 2", "第 2 条记录被改动"),
        (f"UPDATE record SET subject = 'x', digest = '{DIGEST}' WHERE id = 2", "第 2 条记录被改动"),  # noqa: S608
        (f"UPDATE record_seal SET mac = '{DIGEST}' WHERE id = 1", "第 1 号封条对不上"),  # noqa: S608
        ("UPDATE record_seal SET count = 2 WHERE id = 1", "第 1 号封条应有 2 条记录，现有 3 条"),
        ("UPDATE record_seal SET last = 9 WHERE id = 2", "第 2 号封条对不上"),
        ("DELETE FROM record WHERE id = 2", "第 1 号封条应有 3 条记录，现有 2 条"),
        ("DELETE FROM record_seal WHERE id = 2", "第 2 至 2 号封条不见了"),
        ("DELETE FROM record_seal WHERE id = 3", "第 5 至 5 条记录的封条不见了"),
        ("UPDATE record SET seal_id = NULL WHERE id = 1", "第 1 号封条应有 3 条记录，现有 2 条"),
        ("UPDATE record SET seal_id = 3 WHERE id = 4", "第 2 号封条应有 1 条记录，现有 0 条"),
    ],
)
async def test_a_change_is_found(deps: Deps, crime: str, named: str) -> None:
    await sealed(deps, "abc", "d", "e")
    await by_hand(deps, crime)
    problems = (await look(deps)).problems
    assert any(named in problem for problem in problems), problems


async def test_an_entry_that_hides_its_change_by_a_new_digest_breaks_its_seal(deps: Deps) -> None:
    await sealed(deps, "a", "b")
    async with deps.begin() as session:
        record(session, "system", "alert.taken", "forged", deps.clock.now())
        await session.flush()
        forged = await one(session, "SELECT max(id) FROM record")
    copied = "SELECT {0} FROM record WHERE id = :forged"
    columns = ("at", "subject", "detail", "digest")
    swap = ", ".join(f"{name} = ({copied.format(name)})" for name in columns)
    await by_hand(deps, f"UPDATE record SET {swap} WHERE id = 1", forged=forged)  # noqa: S608
    await by_hand(deps, "DELETE FROM record WHERE id = :forged", forged=forged)
    assert any("第 1 号封条对不上" in problem for problem in (await look(deps)).problems)


async def test_a_change_in_the_tail_without_a_seal_is_found(deps: Deps) -> None:
    await write(deps, "a")
    await by_hand(deps, "UPDATE record SET actor = 'user:other'")
    assert (await look(deps)).problems == ["第 1 条记录被改动（alert.taken，a）"]


async def test_whoever_has_the_tail_sealed_anew_is_seen_by_the_sealing_process(deps: Deps) -> None:
    await sealed(deps, "a", "bc")
    await by_hand(deps, "DELETE FROM record WHERE id = 2")
    await by_hand(deps, "DELETE FROM record_seal WHERE id = 2")
    await by_hand(deps, "UPDATE record SET seal_id = NULL WHERE seal_id = 2")
    await seal(deps)
    assert any("封条曾被改动（seal:2）" in problem for problem in (await look(deps)).problems)


async def test_a_cut_tail_is_found_by_the_anchor_that_was_sent_out(deps: Deps) -> None:
    await sealed(deps, "a", "bc")
    async with deps.begin() as session:
        anchor = await drop_anchor(session, deps.clock.now())
    assert anchor is not None
    assert text(anchor, deps.settings.zone) == (
        f"记录存证 2026-07-12 02:40：共 3 条，存证码 {code(anchor)}。请勿删除，核对时要用。"
    )
    async with deps.read() as session:
        assert await holds(session, code(anchor))
    assert (await look(deps)).clean
    await by_hand(deps, "DELETE FROM record WHERE seal_id = 2")
    await by_hand(deps, "DELETE FROM record_seal WHERE id = 2")
    found = await look(deps)
    assert [p for p in found.problems if code(anchor) in p and "末尾被截去" in p]
    async with deps.read() as session:
        assert not await holds(session, code(anchor))


async def test_a_gap_that_a_rolled_back_transaction_leaves_is_no_fault(deps: Deps) -> None:
    await sealed(deps, "a")
    with pytest.raises(RuntimeError):
        await _failed(deps)
    await sealed(deps, "b")
    assert (await look(deps)).problems == []


async def _failed(deps: Deps) -> None:
    async with deps.begin() as session:
        record(session, "system", "alert.taken", "lost", deps.clock.now())
        await session.flush()
        raise RuntimeError


async def test_only_what_is_new_is_looked_at_from_a_mark_on(deps: Deps) -> None:
    await sealed(deps, "ab", "c", "d")
    found = await look(deps, since=2)
    assert (found.seals, found.entries, found.last_seal, found.problems) == (1, 1, 3, [])

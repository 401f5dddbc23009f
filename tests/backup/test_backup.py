"""A backup is whole or not there, tells nothing without its passphrase, and comes back into either database."""

import logging
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.clock import TurnedClock
from bot.commands.backup.command import _whole
from bot.commands.backup.empty import NotEmpty
from bot.commands.backup.frames import BadBackup, WrongPassphrase
from bot.commands.backup.nightly import copy_due, folder, let_go, newest
from bot.commands.backup.restore import OtherKey, restore
from bot.commands.backup.take import take, take_here
from bot.config import Settings, load
from bot.deps import open_deps
from bot.directory.models import Area, Person, Robot
from bot.migrations.run import upgrade
from bot.record.models import Entry
from bot.record.sealing import seal_due
from bot.record.verify import verify
from bot.wiring import RECOMPUTED
from broadcasts.dispatch.claims.open import open_claims
from handlers.wechat.keeping.store import open_store
from tests.grounds import Grounds, migrate, settings_for
from tests.servers import Postgres
from tests.world import NIGHT, World, robot_key, settle_county

WORDS = "three brown cows"
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


async def county(settings: Settings) -> None:
    async with open_deps(settings, TurnedClock(NIGHT)) as deps:
        await settle_county(deps)
        await seal_due(deps)
    (settings.data_dir / "media").mkdir()
    (settings.data_dir / "media" / "picture").write_bytes(b"\x89PNG" * 300_000)


async def counted(settings: Settings) -> dict[str, int]:
    async with open_deps(settings, TurnedClock(NIGHT)) as deps, deps.read() as session:
        counts = {}
        for table in (Area, Person, Robot):
            counts[table.__name__] = await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        return counts


def fresh(grounds: Grounds, kind: str, folder: Path, **more: str) -> Settings:
    """A machine on which nothing was ever started: its key is its own, its database empty."""
    folder.mkdir()
    given = {"data_dir": str(folder), **more}
    if kind == "postgres":
        server: Postgres = grounds._request.getfixturevalue("postgres_server")
        given["database_url"] = server.fresh()
    return load({f"SIGNALTREE_{name.upper()}": value for name, value in given.items()}, env_file=None)


@pytest.mark.parametrize("source", BOTH)
@pytest.mark.parametrize("goal", BOTH)
async def test_it_comes_back_into_either_database_with_its_key_and_its_record(
    grounds: Grounds, tmp_path: Path, source: str, goal: str
) -> None:
    (tmp_path / "old").mkdir()
    old = grounds.settings(source, tmp_path / "old")
    await county(old)
    await take(old, tmp_path / "a.backup", WORDS, NIGHT)
    new = fresh(grounds, goal, tmp_path / "new")
    assert new.secret_key != old.secret_key
    await restore(new, tmp_path / "a.backup", WORDS, NIGHT)
    again = new.model_copy(update={"secret_key": (new.data_dir / "secret_key").read_text().strip()})
    assert again.secret_key == old.secret_key
    assert await counted(again) == await counted(old)
    assert (new.data_dir / "media" / "picture").read_bytes() == b"\x89PNG" * 300_000
    async with open_deps(again, TurnedClock(NIGHT)) as deps:
        async with deps.read() as session:
            sealed = (await session.execute(sa.select(col(Robot.sealed)).order_by(col(Robot.id)))).scalars().first()
            assert sealed is not None
            assert deps.vault.open(sealed) == robot_key("柳湾村群")
            found = await verify(session, deps.vault, RECOMPUTED, since=0)
            assert found.clean, found.problems
            assert (await session.scalar(sa.select(col(Entry.action)).order_by(col(Entry.id).desc()).limit(1))) == (
                "backup.restored"
            )
        async with deps.begin() as session:  # numbers go on where the old ones ended
            session.add(Area(uid="u", code="x", name="新村", level="村", path="/9/", depth=0))


async def test_without_the_passphrase_or_changed_by_one_bit_nothing_comes_out(grounds: Grounds, tmp_path: Path) -> None:
    old = settings_for(tmp_path)
    await upgrade(old)
    await county(old)
    path = tmp_path / "a.backup"
    await take(old, path, WORDS, NIGHT)
    raw = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert "李秀英".encode() not in raw
    assert old.secret_key.encode() not in raw
    new = fresh(grounds, "sqlite", tmp_path / "new")
    with pytest.raises(WrongPassphrase):
        await restore(new, path, "three brown cow", NIGHT)
    for broken in (raw[:-1], raw[: len(raw) // 2], raw + b"x", raw[:-40] + b"\x00" + raw[-39:], b"PK" + raw[2:]):
        path.write_bytes(broken)
        with pytest.raises((BadBackup, WrongPassphrase)):
            await restore(new, path, WORDS, NIGHT)
        assert [p.name for p in new.data_dir.iterdir()] == ["secret_key"]


async def test_nothing_is_written_over_what_is_there(grounds: Grounds, tmp_path: Path) -> None:
    old = settings_for(tmp_path)
    await upgrade(old)
    await county(old)
    await take(old, tmp_path / "a.backup", WORDS, NIGHT)
    with pytest.raises(NotEmpty):
        await restore(old, tmp_path / "a.backup", WORDS, NIGHT)
    other = fresh(grounds, "sqlite", tmp_path / "other", secret_key="another key that somebody has set by hand")
    with pytest.raises(OtherKey):
        await restore(other, tmp_path / "a.backup", WORDS, NIGHT)


async def test_a_nightly_copy_is_made_once_kept_two_weeks_and_opens_on_this_machine_alone(
    grounds: Grounds, tmp_path: Path
) -> None:
    old = settings_for(tmp_path)
    migrate(old)
    await county(old)
    clock = TurnedClock(NIGHT)  # 02:40
    async with open_deps(old, clock) as deps:
        await copy_due(deps)
        assert not folder(old).exists()
        clock.turn(40 * 60)
        await copy_due(deps)
        (copy,) = folder(old).iterdir()
        assert copy.name == "nightly-2026-07-12.backup"
        made = copy.stat().st_mtime_ns
        await copy_due(deps)
        assert copy.stat().st_mtime_ns == made
    assert newest(old) is not None
    stranger = fresh(grounds, "sqlite", tmp_path / "stranger")
    with pytest.raises(WrongPassphrase):
        await restore(stranger, copy, "", NIGHT)
    same = fresh(grounds, "sqlite", tmp_path / "same", secret_key=old.secret_key)
    await restore(same, copy, "", NIGHT)
    assert await counted(same) == await counted(old)
    await take_here(old, copy.with_name("nightly-2026-06-20.backup"), NIGHT)
    let_go(old, NIGHT.date())
    assert [p.name for p in folder(old).iterdir()] == [copy.name]


async def test_a_nightly_copy_that_failed_is_tried_again_in_an_hour(tmp_path: Path) -> None:
    old = settings_for(tmp_path)
    migrate(old)
    await county(old)
    clock, database = TurnedClock(NIGHT), Path(old.sqlite_path)
    clock.turn(40 * 60)
    kept = shutil.move(database, tmp_path / "elsewhere")
    async with open_deps(old, clock) as deps:
        await copy_due(deps)
        shutil.move(kept, database)
        await copy_due(deps)
        assert newest(old) is None
        clock.turn(60 * 60)
        await copy_due(deps)
        assert newest(old) is not None


async def test_what_a_worker_had_in_hand_at_the_backup_is_taken_up_again(world: World, tmp_path: Path) -> None:
    """Its lease stays behind, and the numbers of leases begin anew."""
    await world.issue(work=False)
    claims = open_claims(world.deps.settings, "worker-1")
    await claims.start(world.clock.now())
    held = await claims.take(world.clock.now(), 100, 9)
    await claims.close()
    await take(world.deps.settings, tmp_path / "copy", WORDS, world.clock.now())
    elsewhere = world.deps.settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    await restore(elsewhere, tmp_path / "copy", WORDS, world.clock.now())
    others = open_claims(elsewhere, "worker-1")
    await others.start(world.clock.now())
    taken = await others.take(world.clock.now(), 100, 9)
    await others.close()
    assert sorted(batch.id for batch in taken) == sorted(batch.id for batch in held) != []
    assert {batch.attempts for batch in taken} == {1}  # it may have left


async def test_beside_a_running_service_a_backup_is_nothing_to_warn_of(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Another that wants the journal for itself is."""
    caplog.set_level(logging.INFO, logger="bot.db.aside")
    service = open_store(world.deps.settings)
    await _whole(world.deps.settings, tmp_path / "copy", WORDS)
    await open_store(world.deps.settings).close()
    await service.close()
    assert [record.levelname for record in caplog.records if "another process has" in record.getMessage()] == [
        "INFO",
        "WARNING",
    ]

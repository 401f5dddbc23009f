"""A drill that is told by telephone: to the ear it is a drill first and last, and it rings no desk."""

from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.models import How, Said
from broadcasts.hazards.grades import Grade
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from tests.both_ways import both_ways
from tests.console_rooms.test_clips import laid
from tests.drills.playing import drilled
from tests.stories.test_voice import answers_of, calls, does, telephones


async def test_a_drill_says_so_first_and_last_and_plays_no_live_recording(tmp_path: Path) -> None:
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls") as made:
        await telephones(made.world)
        await laid(made.world, hazard="", grade="")
        played = await drilled(made.world, grade=Grade.red)
        await played.begin()
        await made.world.forward(minutes=7)
        rings = await calls(made.world)
        assert rings
        for ring in rings:
            assert ring["text"].startswith("【演练】这是演练。青崖县值班室来电。")
            assert ring["text"].endswith("需要支援请按3。这是演练。【演练】")
            assert ring["clip"] == ""
        await does(made, "li", "answered", key="3")
        async with made.world.deps.read() as session:
            assert (await session.execute(sa.select(Hold).where(col(Hold.reason) == Reason.help))).first() is None
        assert [(a.said, a.how) for a in await answers_of(made.world)] == [(Said.help, How.key)]

"""A note spoken into the telephone in the rain: what is recognised counts as if it had been typed, and can be taken
back; what is not is for an officer's ears."""

import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.contract import SendError
from bot.config import Settings
from bot.errors import SettingsError
from bot.wechat.http import Calls
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.states import Road
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.chat.work import work_due
from handlers.reports.models import Report
from handlers.wechat.models import Inbound, Media, MediaState
from handlers.wechat.speech.listening import listen_due, recogniser
from handlers.wechat.speech.models import Speech, SpeechState
from handlers.wechat.speech.recognise import SpeechCommand
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import OFFICER, users
from tests.deadline import becomes
from tests.stories.test_sms import red, signed_in
from tests.world import World

AMR = b"#!AMR\n" + b"\x7c" * 50


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, speech_webhook="{base}/speech/recognise") as made:
        yield made


async def speaks(both: BothWays, phone: str, words: str, clearness: float = 0.95, **more: Any) -> None:
    """Somebody records a note; it is fetched, recognised and worked on."""
    before = await count(both.world, Speech)
    await both.act(phone, "voice", spoken=words, clearness=clearness, **more)

    async def kept() -> bool:
        return await count(both.world, Speech) > before

    await becomes(kept)
    await listens(both)


async def listens(both: BothWays) -> None:
    async with Calls(timeout=5.0, connections=2, by_hand=False) as calls:
        await listen_due(both.world.deps, recogniser(both.world.deps, calls))
    await both.world.work()


async def count(world: World, model: Any) -> int:
    async with world.deps.read() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


async def answers(world: World) -> list[Answer]:
    async with world.deps.read() as session:
        return list((await session.execute(sa.select(Answer).order_by(col(Answer.id)))).scalars())


async def last(world: World) -> tuple[Speech, Media, Inbound]:
    async with world.deps.read() as session:
        wanted = (
            sa.select(Speech, Media, Inbound)
            .join(Media, col(Media.id) == col(Speech.media_id))
            .join(Inbound, col(Inbound.id) == col(Media.inbound_id))
        )
        row = (await session.execute(wanted.order_by(col(Speech.id).desc()).limit(1))).one()
        return row[0], row[1], row[2]


async def test_received_that_was_spoken_answers_and_is_told_as_it_was_heard(both: BothWays) -> None:
    await red(both.world)
    await speaks(both, "li", "收到")
    (answer,) = await answers(both.world)
    assert (answer.said, answer.how, answer.counts) == (Said.received, How.speech, True)
    texts = await both.world.phone("li")
    assert texts[-2] == "语音收到了，正在听。"
    assert texts[-1].startswith("听到的是：“收到”。不对请回 0。\n收到了：1 收到（红色暴雨，柳湾村）")
    speech, media, inbound = await last(both.world)
    assert (speech.state, media.words, media.words_by, media.state) == (
        SpeechState.heard,
        "收到",
        "speech",
        MediaState.kept,
    )
    assert inbound.intent == "received"


async def test_a_bare_one_is_a_digit(both: BothWays) -> None:
    await red(both.world)
    await speaks(both, "li", "一")
    assert [(a.said, a.how) for a in await answers(both.world)] == [(Said.received, How.speech)]


async def test_a_zero_says_that_it_was_misheard_and_an_officer_types_it_in(both: BothWays) -> None:
    world = both.world
    await users(world)
    await red(world)
    await speaks(both, "li", "收到")
    assert "已撤销：1 收到" in await both.type("li", "0")
    speech, media, _ = await last(world)
    assert (speech.state, media.words) == (SpeechState.wrong, "")
    async with signed_in(both, OFFICER) as officer:
        page = await officer.open("/console/inbox?unread=1")
        uid = page.split('href="/console/inbox/')[1].split('"')[0]
        shown = await officer.open(f"/console/inbox/{uid}")
        assert 'value="收到"' in shown  # the guess is at hand
        await officer.press(f"/console/inbox/{uid}/heard", medium=media.uid, words="去不了")
    await work_due(world.deps)
    counted = [(a.said, a.how) for a in await answers(world) if a.undone_at is None]
    assert counted == [(Said.cannot, How.voice)]


async def test_nothing_was_open_and_a_zero_still_corrects(both: BothWays) -> None:
    await speaks(both, "li", "今天天气不错")
    assert (await both.world.phone("li"))[-1].startswith("听到的是：“今天天气不错”。不对请回 0。")
    assert await both.type("li", "0") == "好，听错了的不算，值班员会再听一遍。也请您打字，或回一个数字。"
    assert (await last(both.world))[0].state is SpeechState.wrong


async def test_what_has_happened_becomes_a_report(both: BothWays) -> None:
    await speaks(both, "li", "三组垮坡，路断了，没有人受伤")
    assert await count(both.world, Report) == 1
    assert "听到的是：“三组垮坡，路断了，没有人受伤”" in "\n".join(await both.world.phone("li"))


async def test_a_cry_for_help_rings_however_unclear_it_is(both: BothWays) -> None:
    await speaks(both, "li", "救命，水进屋了", clearness=0.2)
    async with both.world.deps.read() as session:
        (hold,) = (await session.execute(sa.select(Hold).where(col(Hold.reason) == Reason.plea))).scalars().all()
    assert "救命" in hold.said
    assert any(text.startswith("请立即拨打 119/110/120") for text in await both.world.phone("li"))
    assert (await last(both.world))[0].state is SpeechState.unsure


async def test_clear_pleas_begin_with_whom_to_call(both: BothWays) -> None:
    await speaks(both, "li", "救命，水进屋了")
    assert (await both.world.phone("li"))[-1].startswith("请立即拨打 119/110/120")


async def test_what_is_unclear_is_nobodys_answer(both: BothWays) -> None:
    await users(both.world)
    await red(both.world)
    await speaks(both, "li", "收到", clearness=0.4)
    assert await answers(both.world) == []
    assert "值班员马上听" in (await both.world.phone("li"))[-1]
    speech, media, _ = await last(both.world)
    assert (speech.state, media.words) == (SpeechState.unsure, "")


@pytest.mark.parametrize(
    ("fault", "reason", "tries"),
    [
        ({"kind": "errcode", "code": 40001}, "credentials", 1),
        ({"kind": "errcode", "code": 40004}, "content", 1),
        ({"kind": "errcode", "code": -1}, "busy", 2),
        ({"kind": "http", "status": 502}, "bad_answer", 2),
        ({"kind": "not_json"}, "bad_answer", 2),
        ({"kind": "close"}, "connection_lost", 2),
    ],
)
async def test_a_gateway_that_fails_leaves_it_to_the_officer(
    both: BothWays, fault: dict[str, Any], reason: str, tries: int
) -> None:
    await red(both.world)
    await both.world.fault(endpoint="speech", **fault)
    await speaks(both, "li", "收到")
    await both.world.forward(seconds=6)
    await listens(both)
    speech, media, _ = await last(both.world)
    assert (speech.state, speech.reason, speech.attempts) == (SpeechState.failed, reason, tries)
    assert (media.state, media.words) == (MediaState.kept, "")
    assert "值班员马上听" in (await both.world.phone("li"))[-1]
    assert await answers(both.world) == []


async def test_an_officer_who_was_first_is_right(both: BothWays) -> None:
    await red(both.world)
    await both.world.fault(endpoint="speech", kind="errcode", code=-1, times=1)
    await speaks(both, "li", "收到")
    async with both.world.deps.begin() as session:
        await session.execute(sa.update(Media).values(words="去不了", words_by="user:刘洋"))
    await both.world.forward(seconds=6)
    await listens(both)
    assert await answers(both.world) == []
    assert (await last(both.world))[1].words == "去不了"


async def test_what_the_platform_has_recognised_is_not_asked_again(both: BothWays) -> None:
    await red(both.world)
    await both.act("zhang", "follow")
    await both.act("zhang", "voice", recognition="菜单", spoken="菜单")
    assert await count(both.world, Speech) == 0


async def test_without_speech_it_is_as_ever(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as made:
        await made.act("li", "voice", spoken="收到")
        assert "值班员马上听" in (await made.world.phone("li"))[-1]
        assert await count(made.world, Speech) == 0


def program(folder: Path, lines: str) -> str:
    path = folder / "listen"
    path.write_text(f"#!{sys.executable}\n{lines}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def command(folder: Path, lines: str, seconds: float = 10.0) -> SpeechCommand:
    words = f"{program(folder, lines)} {{language}} {{format}} {{file}}"
    return SpeechCommand(Settings(speech_command=words, speech_seconds=seconds))


async def test_a_program_of_this_machine_hears_too(tmp_path: Path) -> None:
    lines = (
        "import json, os, sys\n"
        "ours = [n for n in os.environ if n.startswith('SIGNALTREE_')]\n"
        "size = len(open(sys.argv[3], 'rb').read())\n"
        "print(json.dumps({'text': f'{sys.argv[1]} {sys.argv[2]} {size} {len(ours)}', 'confidence': 0.8}))"
    )
    heard = await command(tmp_path, lines).recognise(Road.live, "m", "audio/amr", "ko", AMR)
    assert heard == (f"ko amr {len(AMR)} 0", 0.8)


@pytest.mark.parametrize(
    "pieces", [("收到了", "但是老人撤不出来"), ('{"text": "收到了', '但是老人撤不出来", "confidence": 0.9}')]
)
async def test_a_program_is_heard_to_the_end(tmp_path: Path, pieces: tuple[str, str]) -> None:
    lines = f"import time\nprint({pieces[0]!r}, end='', flush=True)\ntime.sleep(0.3)\nprint({pieces[1]!r})"
    heard = await command(tmp_path, lines).recognise(Road.live, "m", "audio/amr", "zh-CN", AMR)
    assert heard.text == "收到了但是老人撤不出来"


async def test_half_a_sentence_of_json_is_no_sentence(tmp_path: Path) -> None:
    lines = 'print(\'{"text": "收到了\')'
    with pytest.raises(SendError, match="bad_answer"):
        await command(tmp_path, lines).recognise(Road.live, "m", "audio/amr", "zh-CN", AMR)


async def test_a_program_may_write_words_alone(tmp_path: Path) -> None:
    heard = await command(tmp_path, "print('收到')").recognise(Road.live, "m", "audio/amr", "zh-CN", AMR)
    assert heard == ("收到", 1.0)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("raise SystemExit(3)", "refused"),
        ("print('{\"text\": 7}')", "bad_answer"),
        ("import subprocess\nsubprocess.run(['sleep', '600'])", "timeout"),
    ],
)
async def test_a_program_that_fails_is_ended_and_said_so(tmp_path: Path, lines: str, reason: str) -> None:
    with pytest.raises(SendError) as raised:
        await command(tmp_path, lines, 1.0).recognise(Road.live, "m", "audio/amr", "zh-CN", AMR)
    assert (raised.value.reason, raised.value.permanent) == (reason, True)


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SendError) as raised:
        await SpeechCommand(Settings(speech_command="/nowhere/listen {file}")).recognise(
            Road.live, "m", "audio/amr", "zh-CN", AMR
        )
    assert (raised.value.reason, raised.value.permanent) == ("unreachable", True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SPEECH_COMMAND": "listen {file}"}, "SPEECH_COMMAND：程序要写完整路径"),
        ({"SPEECH_COMMAND": "/bin/listen"}, "SPEECH_COMMAND：少了录音文件的位置"),
        ({"SPEECH_COMMAND": "/bin/listen {secret}"}, "SPEECH_COMMAND：引号或花括号不成对"),
        ({"SPEECH_COMMAND": "/bin/l {file}", "SPEECH_WEBHOOK": "http://x.invalid"}, "只能填一个"),
        ({"VOICE_WEBHOOK": "http://x.invalid"}, "VOICE_WEBHOOK 要和 BASE_URL 一起填"),
        ({"PSTNCC": "true"}, "PSTNCC 要和 WECOM_CORP_ID"),
        ({"PSTNCC": "perhaps"}, "PSTNCC：应是 true 或 false"),
    ],
)
def test_settings_that_do_not_hold_together_stop_the_start(tmp_path: Path, given: dict[str, str], said: str) -> None:
    from bot.config import load

    environ = {f"SIGNALTREE_{name}": value for name, value in given.items()}
    with pytest.raises(SettingsError, match=said.replace("{", r"\{")):
        load({"SIGNALTREE_DATA_DIR": str(tmp_path), **environ}, env_file=None)

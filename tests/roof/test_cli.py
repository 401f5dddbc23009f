"""The command line: every mistake of a user's is one Chinese line and a status, never a traceback."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli import main
from tests.grounds import KEY

TOP = Path(__file__).parents[2]


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the console script in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNALTREE_SECRET_KEY", KEY)
    monkeypatch.setenv("SIGNALTREE_DATA_DIR", str(tmp_path / "data"))

    def call(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["signaltree", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("dance",), 2, "没有这个命令：dance"),
        (("migrate", "--fast"), 2, "没有这个选项：--fast"),
        (("issue",), 2, "缺少 FILE"),
        (("simulator", "--port", "x"), 2, "--port 的值不对"),
        (("issue", "nowhere.xml"), 1, "读不了这个文件： nowhere.xml"),
        (("import", "cats", "x.csv"), 1, "没有这种表，可以导入的是： areas、people、groups"),
        (("demo", "--once", "--story", "cats"), 2, "没有这个故事： cats。有的是：warning、wechat"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(run: Run, words: tuple[str, ...], status: int, said: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_wrong_setting_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALTREE_COLOUR", "red")
    assert run("migrate") == (1, "", "设置有误，没有启动。 SIGNALTREE_COLOUR：没有这个设置\n")


def test_a_process_refuses_an_empty_database_and_a_command_makes_one(run: Run) -> None:
    ran = run("web")
    assert (ran.status, "signaltree migrate" in ran.err) == (1, True)
    assert run("verify-audit").status == 0
    assert "数据库已是" in run("migrate").out


def test_migrate_says_what_it_did(run: Run) -> None:
    assert "空的 →" in run("migrate").out


def test_doctor_says_what_is_wrong_and_the_mend(run: Run) -> None:
    before = run("doctor")
    assert (before.status, "坏　数据库：还是空的" in before.out) == (1, True)
    run("migrate")
    after = run("doctor")
    assert after.status == 1
    for line in ("好　设置", "好　数据库", "坏　叫醒值班员", "坏　发送进程：没有动静", "→ 运行 signaltree serve"):
        assert line in after.out
    assert after.out.splitlines()[-1].endswith("处要注意。")


@pytest.mark.parametrize(
    ("url", "base", "said"),
    [
        ("https://sms.example.invalid/send", "", "注意　短信：能发，收不到回复"),
        ("http://sms.example.invalid/send", "https://tree.example.invalid", "注意　短信：网关的地址是 http"),
        ("https://sms.example.invalid/send", "https://tree.example.invalid", "好　短信"),
    ],
)
def test_doctor_says_where_the_gateway_is_half_set_up(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, base: str, said: str
) -> None:
    assert "短信" not in run("doctor").out
    monkeypatch.setenv("SIGNALTREE_SMS_WEBHOOK", url)
    monkeypatch.setenv("SIGNALTREE_BASE_URL", base)
    told = run("doctor").out
    assert said in told
    key = run("sms-key").out.strip()
    assert (len(key), key in told) == (64, False)


def test_without_a_gateway_there_is_no_key_for_one(run: Run) -> None:
    ran = run("sms-key")
    assert (ran.status, ran.out, "SIGNALTREE_SMS_WEBHOOK" in ran.err) == (1, "", True)


def test_doctor_says_that_redis_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALTREE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("SIGNALTREE_REDIS_URL", "redis://127.0.0.1:1")
    ran = run("doctor")
    assert "坏　Redis：没有回答" in ran.out
    assert "SIGNALTREE_REDIS_URL" in ran.out


def test_doctor_names_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALTREE_PORT", "eighty")
    ran = run("doctor")
    assert (ran.status, "坏　设置" in ran.out, "SIGNALTREE_PORT" in ran.out) == (1, True, True)


def test_a_template_is_written_and_never_over_another_file(run: Run, tmp_path: Path) -> None:
    assert run("import", "people", "p.csv", "--template").status == 0
    assert (tmp_path / "p.csv").read_text(encoding="utf-8-sig").startswith("id,name,area,roles")
    assert run("import", "people", "p.csv", "--template").status == 1


def test_without_a_file_the_headings_are_printed_and_nothing_else_is_imported(run: Run) -> None:
    made = run("import", "groups", "--template")
    assert (made.status, made.out.strip()) == (0, "id,name,area,kind,robot_key,chat_id")
    assert run("import", "groups") == Ran(1, "", "缺少 FILE：要导入的 xlsx 或 csv 文件。\n")


def test_issue_prints_what_the_api_would_say(tmp_path: Path) -> None:
    """In a process of its own: what other tests have imported does not help it."""
    (tmp_path / "bad.xml").write_text("<alert")
    environ = {"SIGNALTREE_SECRET_KEY": KEY, "PYTHONPATH": str(TOP), "PATH": os.environ["PATH"]}
    call = [sys.executable, "-m", "bot", "issue", "bad.xml"]
    done = subprocess.run(call, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    said = json.loads(done.stdout)
    assert (said["status"], set(said["errors"][0])) == (422, {"path", "line", "message"})


def test_the_command_line_starts_fast_and_lean() -> None:
    code = (
        "import sys, bot.cli; print([m for m in ('sqlalchemy', 'aiohttp', 'jinja2', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_token_is_printed_alone_and_is_good(run: Run) -> None:
    ran = run("token", "add", "weather", "--scope", "intake")
    assert (ran.status, ran.out.count("\n"), ran.err) == (0, 1, "")
    assert len(ran.out.strip()) > 32
    wrong = run("token", "add", "weather", "--scope", "all")
    assert (wrong.status, wrong.err) == (1, "没有这种作用域，可用的是： intake、notices、reports、read\n")


def test_a_user_is_given_a_password_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "一次性密码" in run("user", "add", "li", "--role", "officer", "--role", "viewer").out
    assert "已经有这个登录名" in run("user", "add", "li", "--role", "officer").err
    assert "没有这种角色" in run("user", "add", "wang", "--role", "king").err
    assert "没有找到。 地区 1" in run("user", "add", "wang", "--role", "officer", "--area", "1").err
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert "至少 8 个字符" in run("user", "add", "wang", "--role", "admin", "--password-stdin").err
    monkeypatch.setattr(sys, "stdin", io.StringIO("long enough by far\n"))
    assert run("user", "add", "wang", "--role", "admin", "--password-stdin") == (0, "", "")


CRIME = "UPDATE record SET actor = 'user:nobody' WHERE id = 1"


def test_verify_audit_names_what_was_changed(run: Run, tmp_path: Path) -> None:
    run("token", "add", "weather", "--scope", "intake")
    clean = run("verify-audit")
    assert (clean.status, "末尾 1 条还没有封" in clean.out, "没有发现改动" in clean.out) == (0, True, True)
    with sqlite3.connect(tmp_path / "data" / "signaltree.db") as database:
        database.execute(CRIME)
    database.close()
    found = run("verify-audit", "--all")
    assert (found.status, "坏 第 1 条记录被改动（token.added，token:weather）" in found.out) == (1, True)


def test_an_anchor_that_does_not_fit_is_named(run: Run) -> None:
    ran = run("verify-audit", "--anchor", "7-0000000000000000")
    assert (ran.status, "存证码 7-0000000000000000 与现在的记录对不上" in ran.out) == (1, True)

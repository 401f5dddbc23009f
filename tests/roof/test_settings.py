"""Settings: read once, and nothing unknown or malformed is let through."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import environment, load
from bot.errors import SettingsError

KEY = {"SIGNALTREE_SECRET_KEY": "k" * 40}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NONSENSE", "1", "SIGNALTREE_NONSENSE：没有这个设置"),
        ("PORT", "eighty", "SIGNALTREE_PORT：应是整数"),
        ("PORT", "70000", "SIGNALTREE_PORT：太大，最大是 65535"),
        ("LOG_LEVEL", "loud", "SIGNALTREE_LOG_LEVEL：只能是 DEBUG"),
        ("TIMEZONE", "Mars/Olympus", "SIGNALTREE_TIMEZONE：没有这个时区"),
        ("BASE_URL", "county.example", "SIGNALTREE_BASE_URL：应是 http"),
        ("OA_MODE", "odd", "SIGNALTREE_OA_MODE"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL 应以"),
        ("REDIS_URL", "redis://x", "REDIS_URL"),
        ("WECOM_CORP_ID", "ww1", "要一起填"),
        ("OA_APP_ID", "wx1", "OA_APP_ID、OA_SECRET 要一起填"),
        ("WECOM_TOKEN", "t", "WECOM_TOKEN、WECOM_AES_KEY 要一起填"),
        ("OA_TOKEN", "t", "OA_TOKEN、OA_AES_KEY 要一起填"),
        ("OA_AES_KEY", "k" * 43, "OA_TOKEN、OA_AES_KEY 要一起填"),
        ("OA_TEMPLATE_ID", "t", "OA_TEMPLATE_ID 要和 OA_APP_ID、OA_SECRET 一起填"),
        ("OA_AES_KEY_PREVIOUS", "k" * 43, "现在的 OA_AES_KEY 也要填"),
        ("OA_TEMPLATE_FIELDS", "thing1=what,时间=when", "“时间=when”应写成 字段=内容"),
        ("OA_TEMPLATE_FIELDS", "thing1=weather", "“thing1=weather”应写成"),
        ("OA_NOTICE_TEMPLATE_ID", "t", "没有回调就不知道谁同意了"),
        ("OA_NOTICE_CONSENT", "often", "只能是 once"),
        ("OA_NOTICE_FIELDS", "thing1=weather", "“thing1=weather”应写成"),
        ("OA_MASS", "true", "OA_MASS 要和 OA_APP_ID、OA_SECRET 一起填"),
        ("OA_MASS", "perhaps", "SIGNALTREE_OA_MASS：应是 true 或 false"),
        ("HEARTBEAT_URL", "monitor", "SIGNALTREE_HEARTBEAT_URL：应是 http"),
        ("BASE_URL", "https://你们的域名", "SIGNALTREE_BASE_URL：地址里不能有汉字和空格"),
        ("BASE_URL", "https://tree.example.invalid/console", "SIGNALTREE_BASE_URL：只写到域名和端口"),
        ("BASE_URL", "https://tree.example.invalid:99999", "SIGNALTREE_BASE_URL：应是 http"),
        ("WECOM_CORP_ID", "企业ID，在“我的企业”最下面", "SIGNALTREE_WECOM_CORP_ID：应是从后台原样复制的字母和数字"),
        ("OA_SECRET", "two words", "SIGNALTREE_OA_SECRET：应是从后台原样复制的字母和数字"),
        ("OA_TEMPLATE_FIELDS", "thing1=where,time3=when", "OA_TEMPLATE_FIELDS 里没有一栏写 what"),
        ("TRUSTED_PROXIES", "127.0.0.1,300.1.1.1", "“300.1.1.1”不是地址"),
        ("FEED_HOSTS", "https://data.example.invalid", "SIGNALTREE_FEED_HOSTS：只写主机名"),
        ("SEND_OPEN", "0", "SIGNALTREE_SEND_OPEN：太小，最小是 1"),
        ("CALL_TIMEOUT", "0", "SIGNALTREE_CALL_TIMEOUT：太小"),
        ("RED_RESERVE", "20", "RED_RESERVE 要小于 ROBOT_PER_MINUTE"),
        ("DATABASE_URL", "sqlite:///", "DATABASE_URL 没有写文件"),
        ("DATABASE_URL", "postgresql://tree@127.0.0.1", "DATABASE_URL 没有写库名"),
        ("WECOM_SECRET_FILE", "/nowhere/secret", "SIGNALTREE_WECOM_SECRET_FILE：读不了 /nowhere/secret"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({**KEY, f"SIGNALTREE_{name}": value}, env_file=None)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wrong_value_is_not_repeated_where_it_might_be_a_secret() -> None:
    with pytest.raises(SettingsError) as refused:
        load({**KEY, "SIGNALTREE_WECOM_SECRET": "very-secret-value"}, env_file=None)
    assert "very-secret-value" not in str(refused.value)


def test_others_variables_are_none_of_our_business() -> None:
    assert load({**KEY, "PATH": "/bin", "SIGNAL": "x"}, env_file=None).port == 8000


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-the-file\n")
    assert load({"SIGNALTREE_SECRET_KEY_FILE": str(tmp_path / "key")}, env_file=None).secret_key == "from-the-file"


def test_a_secret_in_both_forms_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-the-file\n")
    with pytest.raises(SettingsError, match="只能填一个"):
        load({**KEY, "SIGNALTREE_SECRET_KEY_FILE": str(tmp_path / "key")}, env_file=None)


def test_the_environment_is_nearer_than_env_in_either_form(tmp_path: Path) -> None:
    dotenv, key = tmp_path / ".env", tmp_path / "key"
    key.write_text("from-the-file")
    dotenv.write_text(f"# ours\n\nSIGNALTREE_PORT = '9000'\nSIGNALTREE_SECRET_KEY_FILE={key}\n", encoding="utf-8")
    assert load({}, env_file=dotenv).secret_key == "from-the-file"
    made = load({**KEY, "SIGNALTREE_PORT": "9001"}, env_file=dotenv)
    assert (made.port, made.secret_key) == (9001, "k" * 40)


@pytest.mark.parametrize("line", ["PORT=1", "SIGNALTREE_PORT", "export SIGNALTREE_PORT=1"])
def test_a_line_of_env_that_is_no_setting_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"SIGNALTREE_HOST=::1\n{line}\n")
    with pytest.raises(SettingsError, match="第 2 行"):
        load(KEY, env_file=tmp_path / ".env")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    given = {"SIGNALTREE_DATA_DIR": str(tmp_path / "data")}
    first, second = load(given, env_file=None), load(given, env_file=None)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == ["secret_key"]


def test_of_many_processes_that_make_a_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    code = "from bot.config import load; print(load(env_file=None).secret_key)"
    environ = {**os.environ, "SIGNALTREE_DATA_DIR": str(tmp_path / "data")}
    racers = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {racer.communicate(timeout=30)[0].strip() for racer in racers}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="SIGNALTREE_DATA_DIR"):
        load({"SIGNALTREE_DATA_DIR": str(tmp_path / "file" / "data")}, env_file=None)


def test_a_child_reads_the_very_settings_of_its_parent(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SIGNALTREE_PORT=1\nSIGNALTREE_WECOM_SECRET_FILE=/nowhere\n")
    parents = load({**KEY, "SIGNALTREE_PORT": "9000", "SIGNALTREE_DATA_DIR": str(tmp_path)}, env_file=None)
    assert load(environment(parents), env_file=tmp_path / ".env") == parents

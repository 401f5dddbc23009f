"""What `doctor` looks at on this machine. Each check is a pure look and names its mend."""

import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.commands.backup.nightly import AT, KEPT, newest
from bot.commands.backup.owed import missed
from bot.config import Settings
from bot.db.journal import stuck
from handlers.wechat.keeping.store import beside

GIGABYTE = 1024**3
LITTLE, TOO_LITTLE = 2 * GIGABYTE, GIGABYTE
BUILT = datetime(2026, 7, 1, tzinfo=UTC)  # no clock that is right shows an earlier day
KEY_LENGTH = 32
ILL = {"full": "磁盘满了", "unwritable": "文件写不了", "damaged": "文件坏了"}  # the database
NEAR = frozenset({"127.0.0.1", "::1", "localhost"})


class State(StrEnum):
    good = "好"
    mind = "注意"
    bad = "坏"


class Check(NamedTuple):
    state: State
    name: str
    words: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.state.value}　{self.name}：{self.words}" + (f"　→ {self.mend}" if self.mend else "")


def machine(settings: Settings, at: datetime) -> Iterator[Check]:
    """Folder, key, disk and clock."""
    folder = settings.data_dir.absolute()
    yield _folder(folder)
    yield from _modes(folder, settings)
    yield _key(settings)
    yield _disk(folder)
    yield _clock(at)
    yield _pair(settings)
    if settings.is_sqlite:
        yield from _owned(Path(settings.sqlite_path))
        yield from _stuck(settings)
        yield from _refused(settings)
    if settings.sms_webhook:
        yield _sms(settings)
    if settings.voice_webhook:
        words = f"没应的人打电话，最多同时 {settings.voice_lines} 路，网关回到 {settings.base_url}/callbacks/voice"
        yield _gateway("电话", "voice", settings.voice_webhook, words)
    if settings.has_speech:
        yield _speech(settings)


def _folder(folder: Path) -> Check:
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Check(State.good, "数据目录", f"{folder} 可写")
    return Check(
        State.bad, "数据目录", f"不能写 {folder}", "把目录的主人改为运行本系统的用户，或换一个 SIGNALTREE_DATA_DIR"
    )


def _modes(folder: Path, settings: Settings) -> Iterator[Check]:
    """What others on this machine may read: the key decides about all that is sealed."""
    secret = [folder / "secret_key", *([Path(settings.sqlite_path)] if settings.is_sqlite else [])]
    open_ones = [p for p in secret if p.exists() and p.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    shut = folder.is_dir() and not folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if not open_ones or shut:
        yield Check(State.good, "文件权限", "同一台机器上的其他用户读不到数据")
        return
    names = "、".join(str(p) for p in open_ones)
    state = State.bad if folder / "secret_key" in open_ones else State.mind
    yield Check(state, "文件权限", f"其他用户也读得到 {names}", f"chmod 700 {folder}")


def _key(settings: Settings) -> Check:
    if len(settings.secret_key) >= KEY_LENGTH:
        return Check(State.good, "密钥", "SECRET_KEY 够长。请另存一份，丢了它，号码和机器人地址解不开")
    return Check(State.mind, "密钥", f"SECRET_KEY 短于 {KEY_LENGTH} 个字符", "在有数据之前换成更长的随机字符")


def free(folder: Path) -> int:
    """Bytes left on the disk where the folder is, or will be."""
    there = next(p for p in (folder, *folder.parents) if p.exists())
    return shutil.disk_usage(there).free


def _disk(folder: Path) -> Check:
    left = free(folder)
    words = f"还有 {left / GIGABYTE:.1f} GB"
    if left < TOO_LITTLE:
        return Check(State.bad, "磁盘", words, "尽快腾出空间，写满后收不了预警")
    return Check(State.mind if left < LITTLE else State.good, "磁盘", words, "腾出空间" if left < LITTLE else "")


def _clock(at: datetime) -> Check:
    if at < BUILT:
        return Check(
            State.bad, "时钟", f"系统时间是 {at:%Y-%m-%d %H:%M} UTC，不对", "打开时间同步（timedatectl set-ntp true）"
        )
    return Check(State.good, "时钟", f"{at:%Y-%m-%d %H:%M:%S} UTC")


def _pair(settings: Settings) -> Check:
    if settings.is_sqlite:
        return Check(State.good, "运行方式", "单机：SQLite，一个网页进程、一个发送进程")
    if settings.redis_url:
        return Check(State.good, "运行方式", "PostgreSQL 和 Redis：网页进程、发送进程各可以有多个")
    words = "PostgreSQL，没有 Redis：只能有一个发送进程"
    return Check(State.mind, "运行方式", words, "要多个发送进程，填 SIGNALTREE_REDIS_URL")


def copied(settings: Settings, since: datetime | None, at: datetime) -> Check:
    """The nightly copy, of which a broken disk takes the original. `since`: when this installation began."""
    made = newest(settings)
    words = f"最近一份 {made:%Y-%m-%d %H:%M}，留 {KEPT} 天" if made else "到了时候，还没有夜间备份"
    if missed(settings, since, at):
        mend = "让系统整夜开着，看日志里 nightly 一行，腾出磁盘，或现在 signaltree backup 文件名"
        return Check(State.bad, "备份", words, mend)
    if made is None:
        return Check(State.good, "备份", f"今晚第一次做（凌晨 {AT:%H:%M}），请让系统开着过夜")
    return Check(State.good, "备份", f"{words}。要防整台机器坏掉，请另外 signaltree backup 到别处")


def _owned(path: Path) -> Iterator[Check]:
    """A command once run by root leaves files that the system cannot write to. Root itself may write everywhere: it
    compares the owners."""
    there = [p for p in (path, *(Path(f"{path}-{end}") for end in ("wal", "shm"))) if p.exists()]
    names = " ".join(str(p) for p in there)
    if any(not os.access(p, os.W_OK) for p in there):
        words = "写不进去：主人不是运行本系统的用户"
        yield Check(State.bad, "数据库文件", words, f"chown --reference={path.parent} {names}")
    elif os.geteuid() == 0 and any(p.stat().st_uid != path.parent.stat().st_uid for p in there):
        words = "主人和数据目录的不是同一个用户，多半是用 root 运行过命令：系统可能写不进去"
        yield Check(State.mind, "数据库文件", words, f"chown --reference={path.parent} {names}")


def _stuck(settings: Settings) -> Iterator[Check]:
    """Callbacks that the database does not take for now; nothing of them is lost."""
    if waits := stuck(beside(settings)):
        since = waits.since.astimezone(settings.zone)
        why = ILL.get(waits.reason, waits.reason)
        words = f"{waits.lines} 条存不进去（{why}），{since:%Y-%m-%d %H:%M} 起记在 {beside(settings)}"
        yield Check(State.bad, "收到的话", words, "腾出磁盘，看数据库文件能不能写，坏了从备份恢复；好了自动存进去")


def _refused(settings: Settings) -> Iterator[Check]:
    """Callbacks that were answered for and that the database would not have: a person must look at them."""
    path = Path(f"{beside(settings)}.refused")
    if path.exists():
        lines = path.read_bytes().count(b"\n")
        mend = "把这个文件交给维护的人，看是谁说了什么；处理完移走"
        yield Check(State.bad, "没存进数据库的话", f"{lines} 条，在 {path}", mend)


def _sms(settings: Settings) -> Check:
    """The gateway for text messages, which is of use both ways or half."""
    url = urlsplit(settings.sms_webhook)
    if not settings.hears_sms:
        words = "能发，收不到回复和送达报告：网关不知道回到哪里，短信里也不写“回复 1”"
        return Check(State.mind, "短信", words, "填 SIGNALTREE_BASE_URL，再把 <BASE_URL>/callbacks/sms 告诉网关")
    if url.scheme == "http" and url.hostname not in NEAR:
        return Check(State.mind, "短信", "网关的地址是 http，号码和内容在路上谁都能看", "请网关换成 https 地址")
    words = f"微信到不了的人发短信，网关回到 {settings.base_url}/callbacks/sms"
    return Check(State.good, "短信", f"{words}。给网关的密钥：signaltree sms-key")


def _gateway(name: str, gateway: str, address: str, words: str) -> Check:
    url = urlsplit(address)
    if url.scheme == "http" and url.hostname not in NEAR:
        return Check(State.mind, name, "网关的地址是 http，内容在路上谁都能看", "请网关换成 https 地址")
    return Check(State.good, name, f"{words}。给网关的密钥：signaltree {gateway}-key")


def _speech(settings: Settings) -> Check:
    """A gateway, or a program of this machine."""
    if settings.speech_webhook:
        return _gateway("语音识别", "speech", settings.speech_webhook, "收到的语音由网关听写，没听清的由值班员听")
    program = Path(shlex.split(settings.speech_command)[0])
    if not os.access(program, os.X_OK):
        words = f"找不到程序 {program}，或不能运行：语音都由值班员听"
        return Check(State.mind, "语音识别", words, "改 SIGNALTREE_SPEECH_COMMAND，或装好这个程序")
    return Check(State.good, "语音识别", f"收到的语音由 {program} 听写，没听清的由值班员听")

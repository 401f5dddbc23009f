"""The console script `signaltree`: names the commands; each imports what it needs when it is called."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import SignalTreeError

app = typer.Typer(
    name="signaltree",
    help="消息树：把分级预警送到微信的群和人，并让该应的人都应到。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
users = typer.Typer(help="登录账号。", no_args_is_help=True)
tokens = typer.Typer(help="给程序用的令牌。", no_args_is_help=True)
app.add_typer(users, name="user")
app.add_typer(tokens, name="token")


def main() -> None:
    """Run the command line. A user's mistake is one line on stderr, never a traceback."""
    try:
        sys.exit(app(prog_name="signaltree", standalone_mode=False))
    except SignalTreeError as error:
        _end(str(error), 1)
    except typer.Abort:
        _end("已取消。", 130)
    except Exception as error:
        from bot.commands.mistakes import said

        words = said(error)
        if words is None:
            raise
        _end(words, 2)


def _end(words: str, status: int) -> None:
    typer.echo(words, err=True)
    sys.exit(status)


@app.command()
def serve() -> int:
    """启动整个系统：迁移数据库，再看护网页和发送两个进程。"""
    from bot.supervisor import serve

    return serve()


@app.command()
def web() -> None:
    """只启动网页进程（数据库要先迁移好）。"""
    from bot.commands.web import main

    main()


@app.command()
def worker() -> None:
    """只启动发送进程（数据库要先迁移好）。"""
    from bot.commands.processes import become_worker

    become_worker()


@app.command()
def simulator(port: Annotated[int, typer.Option(help="端口", min=1, max=65535)] = 8090) -> None:
    """启动微信平台的模拟器，供试用和演练。"""
    from bot.commands.processes import simulator

    simulator(port)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="网页的端口", min=1, max=65535)] = 8080,
    once: Annotated[bool, typer.Option("--once", help="不开网页，演一遍故事就结束")] = False,
    story: Annotated[str, typer.Option(help="--once 演哪个故事")] = "warning",
) -> int:
    """样板县演示：模拟器、网页和发送一起启动，不会发给任何真人。"""
    from bot.demo.run import demo

    return demo(port=port, once=once, story=story)


@app.command()
def migrate() -> None:
    """把数据库迁移到现在的版本。"""
    from bot.commands.migrate import migrate

    migrate()


@app.command()
def doctor() -> int:
    """检查设置、数据库、进程和通道，说明哪里不对、怎么办。"""
    from bot.commands.doctor import doctor

    return doctor()


@app.command("sms-key")
def sms_key() -> None:
    """打印给短信网关的密钥（由 SECRET_KEY 得出，不存在别处）。"""
    from bot.commands.gateways import key_of

    key_of("sms")


@app.command("voice-key")
def voice_key() -> None:
    """打印给电话网关的密钥（由 SECRET_KEY 得出，不存在别处）。"""
    from bot.commands.gateways import key_of

    key_of("voice")


@app.command("speech-key")
def speech_key() -> None:
    """打印给语音识别网关的密钥（由 SECRET_KEY 得出，不存在别处）。"""
    from bot.commands.gateways import key_of

    key_of("speech")


@app.command("import")
def import_(
    kind: Annotated[str, typer.Argument(help="areas、people、groups 或 shelters")],
    file: Annotated[Path | None, typer.Argument(help="xlsx 或 csv 文件")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="有错的行跳过，其余写入")] = False,
    template: Annotated[bool, typer.Option("--template", help="只把表头写进这个文件，没有文件就打印")] = False,
) -> int:
    """导入区划、人员、群、避难场所的表格。"""
    from bot.commands.table import table

    return table(kind, file, partial=partial, template=template)


@app.command()
def issue(file: Annotated[Path, typer.Argument(help="CAP、国家平台 XML 或 JSON 文件，- 为标准输入")]) -> int:
    """收下一份预警文件，与接口 /api/v1/warnings 同样处理、同样回答。"""
    from bot.commands.issue import issue

    return issue(file)


@app.command("verify-audit")
def verify_audit(
    everything: Annotated[bool, typer.Option("--all", help="从第一条记录起全部核对")] = False,
    anchor: Annotated[str, typer.Option(help="领导手机上收到的存证码，例如 8412-A1B2C3D4E5F60718")] = "",
) -> int:
    """核对记录有没有被改动、删除。"""
    from bot.commands.audit import verify_audit

    return verify_audit(everything=everything, anchor=anchor)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件")],
    passphrase_stdin: Annotated[bool, typer.Option("--passphrase-stdin", help="从标准输入读口令")] = False,
) -> None:
    """把数据、附件和密钥备份成一个加了口令的文件。"""
    from bot.commands.backup.command import backup

    backup(file, passphrase_stdin=passphrase_stdin)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件")],
    passphrase_stdin: Annotated[bool, typer.Option("--passphrase-stdin", help="从标准输入读口令")] = False,
) -> None:
    """从备份文件恢复到一个空的数据库，SQLite 或 PostgreSQL 都可以。"""
    from bot.commands.backup.command import restore

    restore(file, passphrase_stdin=passphrase_stdin)


@users.command("add")
def user_add(
    name: str,
    role: Annotated[list[str], typer.Option(help="admin、officer、leader、approver 或 viewer，可写多次")],
    area: Annotated[str, typer.Option(help="只管这个地区（编码）")] = "",
    person: Annotated[str, typer.Option(help="这个账号是哪个人（编号），要叫醒的人必填")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码")] = False,
) -> None:
    """新建登录账号，打印一次性密码。"""
    from bot.commands.accounts import add_user

    add_user(name, role, area=area, person=person, password_stdin=password_stdin)


@tokens.command("add")
def token_add(
    name: str,
    scope: Annotated[str, typer.Option(help="intake、notices、reports 或 read")],
) -> None:
    """新建令牌，只打印令牌本身。"""
    from bot.commands.accounts import add_token

    add_token(name, scope)

"""What keeps us out of the database, in one sentence: whoever installs us mends it without reading a traceback."""

import contextlib
import sqlite3
from collections.abc import Iterator

from bot.config import Settings
from bot.errors import DatabaseClosed

# By the name of the driver's error: who does not speak with PostgreSQL does not import its driver.
POSTGRES = {
    "InvalidPasswordError": "用户名或密码不对",
    "InvalidAuthorizationSpecificationError": "用户名或密码不对",
    "InvalidCatalogNameError": "没有这个数据库，请先建好",
    "CannotConnectNowError": "数据库正在启动，请稍等再试",
    "TooManyConnectionsError": "数据库的连接数用完了",
    "InsufficientPrivilegeError": "这个用户没有权限，请把数据库的主人改为它",
    "ConnectionRefusedError": "没有在听，请看数据库服务开着没有、地址和端口对不对",
    "gaierror": "找不到这台主机",
    "TimeoutError": "没有回答",
}
# By the beginning of SQLite's name for it.
SQLITE = {
    "SQLITE_READONLY": "只读，写不进去，请把文件和目录的主人改为运行本系统的用户",
    "SQLITE_CANTOPEN": "打不开，请把文件和目录的主人改为运行本系统的用户",
    "SQLITE_PERM": "没有权限，请把文件和目录的主人改为运行本系统的用户",
    "SQLITE_NOTADB": "不是数据库文件，或者坏了，请从备份恢复",
    "SQLITE_CORRUPT": "坏了，请从备份恢复",
    "SQLITE_FULL": "磁盘满了，请腾出空间",
    "SQLITE_IOERR": "磁盘读写出错，请看磁盘",
}


@contextlib.contextmanager
def door(settings: Settings) -> Iterator[None]:
    """Raises DatabaseClosed; whatever else goes wrong inside is a bug and stays one. The address is never repeated,
    since a password may stand in it."""
    try:
        yield
    except Exception as error:
        if (why := _why(settings, error)) is None:
            raise
        raise DatabaseClosed(why) from error


def _why(settings: Settings, error: BaseException | None) -> str | None:
    """None for what is none of the door's."""
    while error is not None:
        name = type(error).__name__
        if not settings.is_sqlite and name in POSTGRES:
            return POSTGRES[name]
        if settings.is_sqlite and isinstance(error, sqlite3.Error):
            found = getattr(error, "sqlite_errorname", "")
            said = next((words for start, words in SQLITE.items() if found.startswith(start)), None)
            return f"{settings.sqlite_path} {said}" if said else None
        if isinstance(error, OSError):
            file = f"{settings.sqlite_path}（{error.strerror}）"
            return file if settings.is_sqlite else "连不上，请看地址和端口对不对"
        error = getattr(error, "orig", None) or error.__cause__
    return None

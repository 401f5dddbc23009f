"""The root of what can go wrong in a way that a person can mend. The docstring of a class is what the person reads."""


class SignalTreeError(Exception):
    """出了问题。"""

    def __str__(self) -> str:
        detail = super().__str__()
        return f"{self.title} {detail}".strip() if detail else self.title

    @property
    def title(self) -> str:
        return (type(self).__doc__ or "").strip()


class SettingsError(SignalTreeError):
    """设置有误，没有启动。"""


class SchemaError(SignalTreeError):
    """数据库的版本不对，请先运行 signaltree migrate。"""


class DatabaseClosed(SignalTreeError):
    """数据库打不开，请核对 SIGNALTREE_DATABASE_URL 和数据库服务："""


class NotFound(SignalTreeError):
    """没有找到。"""


class Conflict(SignalTreeError):
    """与已有的内容冲突。"""


class AddressTaken(SignalTreeError):
    """不能监听这个地址，请停下占用它的程序，或换一个 SIGNALTREE_PORT："""

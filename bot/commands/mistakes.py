"""What a wrong call of the command line is told, in Chinese. The parser's own words are English."""

import re
from typing import Any

WORDS = {
    "NoSuchOption": "没有这个选项：{option}",
    "NoSuchCommand": "没有这个命令：{quoted}",
    "MissingParameter": "缺少 {param}",
    "BadParameter": "{param} 的值不对：{message}",
    "BadOptionUsage": "选项 {option} 缺少值",
    "TooMany": "多余的参数：{parenthesis}",
}
PLAIN = (("valid integer", "应是整数"), ("in the range", "超出范围"))
OTHER = "命令的用法不对：{message}"


def said(error: Exception) -> str | None:
    """One line that names the mistake and the mend; None when `error` is no mistake of the caller's."""
    if not hasattr(error, "format_message"):
        return None
    context: Any = getattr(error, "ctx", None)
    kind, message = type(error).__name__, str(getattr(error, "message", "") or error.format_message())
    if kind == "NoArgsIsHelpError":
        return str(context.get_help())
    if message.startswith("No such command"):
        kind = "NoSuchCommand"
    if message.startswith("Got unexpected extra argument"):
        kind = "TooMany"
    words = WORDS.get(kind, OTHER).format(
        option=getattr(error, "option_name", ""),
        quoted="".join(re.findall(r"['\"](.*?)['\"]", message)[:1]),
        parenthesis="".join(re.findall(r"\((\w.*)\)$", message)[:1]),
        param=_named(getattr(error, "param", None)),
        message=next((words for part, words in PLAIN if part in message), message),
    )
    return f"{words}。用法见 {context.command_path if context is not None else 'signaltree'} --help"


def _named(param: Any) -> str:
    """An option as it is typed, an argument in capitals."""
    options = [o for o in getattr(param, "opts", []) if o.startswith("-")]
    return options[0] if options else str(getattr(param, "name", None) or "参数").upper()

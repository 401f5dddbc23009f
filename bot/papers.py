"""Pages to print: a Typst template and its facts become a PDF. The same facts give the same bytes."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson


def paper(name: str, facts: dict[str, Any], *, pixels: int = 0) -> bytes:
    """The PDF of `name`.typ, or its only page as a PNG of so many pixels an inch. Takes 10 to 60 ms of CPU, so call it
    in a thread. Facts are plain JSON."""
    import typst  # 34 MB that no other part of the web process needs

    source = files("templates").joinpath("papers", f"{name}.typ").read_bytes()
    inputs = {"facts": orjson.dumps(facts).decode()}
    how = {"format": "png", "ppi": pixels} if pixels else {"format": "pdf"}
    made = typst.compile(source, sys_inputs=inputs, font_paths=[str(fonts())], ignore_system_fonts=True, **how)
    if not isinstance(made, bytes):
        raise ValueError(f"{name}: more than one page")
    return made


@cache
def fonts() -> Path:
    """The folder of the one font that every paper is set in; its licence travels with its package."""
    import manimgx_fonts_cjk

    return Path(str(manimgx_fonts_cjk.__file__)).parent

"""Programs of the machine that some tests need. Without one they are skipped for all to see; under CI they fail."""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """The path of the first that is there."""
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"no {names[0]}, and under CI the tests that need it must run")
    if path is None:
        pytest.skip(f"no {names[0]} on this machine")
    return path

"""A real Chromium, where this machine has one. Without it the tests are skipped for all to see; under CI they fail."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def found() -> str:
    """The program's path."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and os.environ.get("CI"):
        pytest.fail("no Chromium, and under CI the browser tests must run")
    if path is None:
        pytest.skip("no Chromium on this machine")
    return path


@asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    path = found()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()

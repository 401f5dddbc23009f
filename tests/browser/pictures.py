"""One picture for README and docs: in few colours, because a README is opened on phones too."""

import asyncio
import os
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

COLOURS = 128
LARGEST = 150_000  # bytes of one picture


def shots_of(folder: Path) -> Path:
    """SHOTS names a folder that keeps the pictures."""
    return Path(os.environ.get("SHOTS") or folder / "shots")


async def picture(page: Page, shots: Path, name: str) -> None:
    file = shots / f"{name}.png"  # Playwright makes the folder
    await page.screenshot(path=file, animations="disabled", caret="hide")
    await asyncio.to_thread(_lightened, file)
    assert 3_000 < file.stat().st_size < LARGEST, name


def _lightened(file: Path) -> None:
    with Image.open(file) as taken:
        few = taken.convert("RGB").quantize(COLOURS)
    few.save(file, optimize=True)

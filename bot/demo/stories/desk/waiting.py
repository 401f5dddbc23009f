"""待放行: the page of what waits for a person, and what is decided there."""

from bot.demo.hands import Browser

LIST = "/console/held"


async def page_of(browser: Browser, what: str) -> str:
    """Of the newest that waits, whose page speaks of it; empty where nothing does."""
    links = (await browser.open(LIST)).split(f'href="{LIST}/')[1:]
    for uid in dict.fromkeys(link.partition('"')[0] for link in reversed(links)):
        if what in await browser.open(f"{LIST}/{uid}"):
            return f"{LIST}/{uid}"
    return ""


async def decided(browser: Browser, what: str, **fields: str) -> str:
    """What the page says afterwards."""
    page = await page_of(browser, what)
    return await browser.press(page or LIST, **fields)

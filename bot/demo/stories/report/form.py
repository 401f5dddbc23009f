"""The form behind the receipt: open on any phone, its draft on the server, with a picture; what cannot be is named."""

import io

from PIL import Image

from bot.demo.hands import Browser
from bot.demo.stories.people import FAST
from bot.demo.stories.scene import Scene

MUCH = "很多"


async def drafted(scene: Scene) -> None:
    scene.told.scene("李秀英点开回执里的表：说过的都在上面，写一半，先存着")
    told, hands = scene.told, scene.hands
    async with hands.browser(FAST) as page:
        await page.open(await hands.link(FAST))
        told.check("三组垮坡" in page.text and "来自：没人伤" in page.text, "说过的话和数都填好了")
        await page.press(do="save", place="三组后山，水井旁边", **{_field(page, "转移户数"): "2"})
        told.check("存好了，还没有报" in page.text, "存在县里的机器上，不在手机里")
    async with hands.browser(FAST) as another:
        await another.open(await hands.link(FAST))
        told.check("三组后山，水井旁边" in another.text, "换一部手机接着写，一个字没丢")


async def refused(scene: Scene) -> None:
    scene.told.scene("填错了：看不懂的数、还没到的时间、不是图片的文件，都指着那一格说")
    told, hands = scene.told, scene.hands
    async with hands.browser(FAST) as page:
        await page.open(await hands.link(FAST))
        wrong = {_field(page, "转移户数"): MUCH, "happened": "2030-01-01T00:00"}
        await page.press(do="send", **wrong)
        told.check(page.status == 422 and f"看不懂“{MUCH}”" in page.text, f"“{MUCH}”是几户：请他写数字")
        told.check("这个时间还没有到" in page.text and MUCH in page.text, "写的都还在，改那一处就行")
        await page.press(do="save", **{_field(page, "转移户数"): "2", "happened": ""})
        await page.upload(_path(page), "说明.jpg", b"not a picture", at="pictures", do="send")
        told.check("没有留" in page.text, "不是图片的文件：说是哪一个、怎么办，字都存着")


async def sent(scene: Scene) -> None:
    scene.told.scene("放上一张照片，报上去")
    told, hands = scene.told, scene.hands
    async with hands.browser(FAST) as page:
        await page.open(await hands.link(FAST))
        await page.upload(_path(page), "IMG_1.jpg", photo(), at="pictures", do="save")
        told.check("用照片里的位置" in page.text, "照片里的位置：先问她用不用，不悄悄拿走")
        await page.press(do="send", photo="1")
        told.check("报上去了" in page.text, "报上去了，值班员正在看")
    shown = await scene.officer.open(scene.report)
    told.check("随 QY0711-001 发来的图片" in shown and "103.51" in shown, "值班台上看得到照片和位置")
    told.check("转移户数 2 户" in shown, "补的数也在")


def photo() -> bytes:
    """As a phone makes it: with its place, and its maker."""
    picture, out = Image.new("RGB", (320, 240), "sienna"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F] = "手机"
    exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 30.0, 0.0), 3: "E", 4: (103.0, 30.0, 36.0)})
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _field(page: Browser, label: str) -> str:
    """The field under this label."""
    return page.text.partition(f"<label>{label}")[2].partition('name="')[2].partition('"')[0]


def _path(page: Browser) -> str:
    return page.where.partition("?")[0]

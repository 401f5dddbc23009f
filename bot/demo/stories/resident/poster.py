"""The poster at the village's entrance: a resident scans it and is subscribed."""

from bot.demo.stories.people import HOME, RESIDENT
from bot.demo.stories.scene import Scene


async def scanned(scene: Scene) -> None:
    scene.told.scene("居民褚秀兰扫村口的海报")
    told, hands = scene.told, scene.hands
    await scene.officer.open(f"/console/posters/{HOME}.png")
    await hands.do(RESIDENT, "scan", scene=f"v{HOME}")
    told.check(bool(await hands.shows(RESIDENT, "已订阅柳湾镇柳湾村")), "扫码就订阅了她的村")
    told.saw("居民褚秀兰", await hands.texts(RESIDENT))

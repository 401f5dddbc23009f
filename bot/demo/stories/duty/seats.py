"""The desk's seats: who works there signs in."""

from bot.demo.stories.people import LEADER, NIGHT_OFFICER, OFFICER
from bot.demo.stories.scene import Scene


async def taken(scene: Scene) -> None:
    scene.told.scene("值班台：两位值班员和带班领导登录")
    for browser, name in ((scene.leader, LEADER), (scene.officer, OFFICER), (scene.night, NIGHT_OFFICER)):
        scene.told.check(await scene.sign_in(browser, name), f"{name} 登录值班台")

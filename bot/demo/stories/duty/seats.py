"""The desk's seats: who works there signs in."""

from bot.demo.stories.people import LEADER, NIGHT_OFFICER, OFFICER
from bot.demo.stories.scene import Scene


async def taken(scene: Scene) -> None:
    scene.told.scene("值班台：两位值班员和带班领导登录")
    seats = (
        (scene.leader, LEADER, "带班领导孙志远"),
        (scene.officer, OFFICER, "值班员刘洋"),
        (scene.night, NIGHT_OFFICER, "值班员傅长莲"),
    )
    for browser, account, who in seats:
        scene.told.check(await scene.sign_in(browser, account), f"{who}登录值班台")

"""留痕: its digest goes to the leader every day, who holds what nobody at the machine can change; and it is proved."""

from bot.demo.stories.people import LEADER_PHONE
from bot.demo.stories.scene import Scene
from bot.record.verify import verify
from bot.wiring import RECOMPUTED


async def anchored(scene: Scene) -> None:
    scene.told.scene("记录存证：每天早上发给带班领导，谁在机器上也改不了他手里的")
    said = await scene.hands.shows(LEADER_PHONE, "记录存证")
    scene.told.saw("带班领导孙志远", [said])
    scene.told.check("存证码" in said, "一串字，留着，检查时对得上")


async def proved(scene: Scene) -> None:
    scene.told.scene("留痕：从头核对一遍")
    await scene.day.work()
    async with scene.day.deps.read() as session:
        found = await verify(session, scene.day.deps.vault, RECOMPUTED)
    said = "；".join(found.problems) or f"{found.entries} 条记录、复算 {found.recomputed} 份，没有改动"
    scene.told.check(found.clean, said)

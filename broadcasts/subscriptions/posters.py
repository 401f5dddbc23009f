"""A village's poster: the scene that its code carries, and the address that the platform gave for it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Node, Tree
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Poster

PREFIX = "v"  # a village's scene is v and its code, so that a scan needs no look-up of ours to be understood


def scene(node: Node) -> str:
    return f"{PREFIX}{node.code}"


def area_of_scene(areas: Tree, said: str) -> int | None:
    """Which village a scan names; None for a scene that is not ours."""
    code = said.removeprefix("qrscene_").removeprefix(PREFIX)
    return next((node.id for node in areas.nodes.values() if node.code == code), None)


async def poster(session: AsyncSession, road: Road, node: Node) -> Poster | None:
    return await session.get(Poster, (road, scene(node)))


def keep(session: AsyncSession, road: Road, node: Node, url: str, at: datetime) -> Poster:
    """What the platform said a code shall hold; it is permanent, so that it is asked once."""
    made = Poster(road=road, scene=scene(node), area_id=node.id, url=url, made_at=at)
    session.add(made)
    return made

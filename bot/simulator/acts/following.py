"""Following the account, leaving it, and scanning a village's poster: the prefix differs between the two scans."""

from typing import Any

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.given import Given, text
from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.tables.limits_account import BY_FOLLOW, BY_SCAN
from bot.simulator.world.scenes import Scene


def follow(hand: Hand, given: Given) -> Done:
    """By its name, without a poster."""
    if hand.follower.followed:
        raise Problem("follows the account already", 409)
    return _begin(hand, None, "关注了公众号")


def unfollow(hand: Hand, given: Given) -> Done:
    follower = hand.follower
    hand.allowed()
    fields = _event(hand, "unsubscribe", EventKey="")
    follower.followed = False
    follower.grants.clear()
    return Done(hand.platform.hear(follower, "event", "取消关注"), fields)


def scan(hand: Hand, given: Given) -> Done:
    """`{"scene"}`: a code that qrcode/create has made; in an open world any."""
    scene = found(hand, text(given, "scene"))
    follower, name = hand.follower, hand.platform.account.scene_names.get(scene.scene, scene.scene)
    if not follower.followed:
        return _begin(hand, scene, f"扫码关注：{name}")
    follower.grants.give(BY_SCAN, hand.platform.at())
    fields = _event(hand, "SCAN", EventKey=scene.scene, Ticket=scene.ticket)
    return Done(hand.platform.hear(follower, "event", f"扫码：{name}"), fields)


def found(hand: Hand, scene: str) -> Scene:
    scenes, at = hand.platform.account.scenes, hand.platform.at()
    known = scenes.find(scene, at)
    if known is None and hand.platform.config.open_world:
        known = scenes.make(scene, None)
    if known is None:
        raise Problem(f"{scene}: no such code, or it has run out", 404)
    return known


def _begin(hand: Hand, scene: Scene | None, words: str) -> Done:
    follower, at = hand.follower, hand.platform.at()
    follower.followed, follower.followed_at, follower.scene = True, at, scene.scene if scene else ""
    follower.grants.give(BY_FOLLOW, at)
    own = {"EventKey": f"qrscene_{scene.scene}", "Ticket": scene.ticket} if scene else {"EventKey": ""}
    return Done(hand.platform.hear(follower, "event", words), _event(hand, "subscribe", **own))


def _event(hand: Hand, name: str, **own: Any) -> dict[str, Any]:
    return events.event(hand.platform, Side.oa, hand.follower, name, **own)

"""The demo's simulators and its product agree on addresses, secrets and names."""

import csv
import socket
from pathlib import Path

import pytest

from bot.config import Settings
from bot.demo.guide import HANDY
from bot.demo.live import address, demo_settings, live
from bot.demo.simulated import rows, world
from bot.demo.simulator import BY, READER, config, hearing
from bot.errors import AddressTaken
from bot.simulator.config import Callback, Side
from bot.vault import Vault
from bot.wechat.ears import ears
from handlers.console.page import pages
from handlers.console.rooms import GROUPS, OPEN
from handlers.h5.identity import COOKIE
from handlers.wechat.callbacks import PATHS
from handlers.wechat.models import Platform

COUNTY = Path("bot/demo/county")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SIGNALTREE_DATA_DIR", str(tmp_path))
    return demo_settings(8080)


@pytest.mark.parametrize("road", ["live", "training"])
def test_what_a_simulator_signs_the_product_hears(settings: Settings, road: str) -> None:
    told, heard = hearing(config(""), settings, road), ears(settings, Vault(settings.secret_key))
    for side, to in ((Side.wecom, told.wecom_callback), (Side.oa, told.oa_callback)):
        assert isinstance(to, Callback)
        ear = heard[PATHS[to.url.removeprefix(settings.base_url)]]
        receiver = told.corp_id if side is Side.wecom else told.app_id
        assert (ear.road, ear.platform, ear.token, ear.receiver) == (road, side.value, to.token, receiver)
        assert len(to.aes_key) == 43


def test_the_roads_have_secrets_of_their_own(settings: Settings) -> None:
    live, training = (hearing(config(""), settings, road) for road in ("live", "training"))
    assert live.oa_callback
    assert training.oa_callback
    assert live.oa_callback.token != training.oa_callback.token
    assert live.oa_callback.aes_key != training.oa_callback.aes_key


def test_one_browser_can_be_many_phones() -> None:
    assert READER == ((COOKIE, "/h5"),)
    assert {side.value for side in Side} == {platform.value for platform in Platform} - {"sms", "voice"}
    assert f'query.get("{BY}"' in Path("handlers/h5/oauth.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("host", "base"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")],  # noqa: S104
)
def test_the_demo_is_found_on_this_machine(host: str, base: str) -> None:
    assert address(host, 80) == base


def test_residents_and_posters_belong_to_the_county() -> None:
    with (COUNTY / "areas.csv").open(encoding="utf-8", newline="") as file:
        villages = {row["code"] for row in csv.DictReader(file) if row["level"] == "村"}
    assert {row["area"] for row in rows("followers")} <= villages
    brought = world()
    assert {scene["scene"] for scene in brought["scenes"]} == {f"v{code}" for code in villages}
    assert len({row["openid"] for row in brought["followers"]}) == len(brought["followers"]) == 36


def test_every_room_that_has_a_tip_is_there_and_every_phone_of_the_guide_too() -> None:
    tips: dict[str, str] = pages().get_template("demo_tips.html").module.TIPS  # type: ignore[attr-defined]
    everything = OPEN + tuple(room for _, rooms_ in GROUPS for room in rooms_)
    assert set(tips) <= {address for address, *_ in everything}
    brought = world()
    phones = {row["userid"] for row in brought["members"]} | {row["openid"] for row in brought["followers"]}
    assert {phone for _, phone, _ in HANDY} <= phones


def test_a_port_that_is_taken_is_told_with_the_mend_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALTREE_DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        for port in (taken, taken - 1):  # the pages', and the phones'
            with pytest.raises(AddressTaken, match=rf"127\.0\.0\.1:{taken}.*make demo PORT="):
                live(port)
    assert not (tmp_path / "demo" / "signaltree.db").exists()

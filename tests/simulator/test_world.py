import pytest

from tests.simulator.sim import GONE, STRANGER, VILLAGE, Json, Sim, opened


async def test_a_county_joins_in_one_call(sim: Sim) -> None:
    members = [{"userid": f"p{n}", "name": f"村民{n}", "place": "柳湾镇"} for n in range(2764)]
    groups = [{"key": f"aaaaaaaa-0000-4000-9000-{n:012d}", "name": f"{n}号村群"} for n in range(368)]
    totals = await sim.post("/_sim/world", {"members": members, "groups": groups})
    assert totals == await sim.get("/_sim/world") == {"members": 2769, "followers": 5, "groups": 370}
    assert (await sim.app("P0|p2763"))["invaliduser"] == ""
    assert await sim.robot(key="aaaaaaaa-0000-4000-9000-000000000367") == 0


async def test_who_is_known_takes_the_new_standing_and_keeps_the_messages(sim: Sim) -> None:
    await sim.robot("甲")
    await sim.post("/_sim/world", {"groups": [{"key": VILLAGE, "name": "新名", "gone": True}]})
    assert await sim.robot("乙") == 93000
    assert await sim.texts(f"groups/{VILLAGE}") == ["甲"]
    await sim.post("/_sim/world", {"groups": [{"key": VILLAGE, "name": "新名"}]})
    assert await sim.robot("丙") == 0


async def test_an_open_world_makes_whoever_is_addressed_except_the_gone() -> None:
    async with opened(open_world=True) as sim:
        assert [await sim.robot(key=key) for key in (STRANGER, GONE, "")] == [0, 93000, 93000]
        assert (await sim.app("newcomer|chen"))["invaliduser"] == "chen"
        assert await sim.texts(f"groups/{STRANGER}") == await sim.texts("phones/newcomer") == ["红色暴雨 青崖县"]


@pytest.mark.parametrize(
    ("world", "field"),
    [
        ({"people": []}, "people"),
        ({"members": {}}, "members"),
        ({"members": [{"userid": "a"}, {"name": "无名"}]}, "members[1].userid"),
        ({"members": [{"userid": "a|b"}]}, "members[0].userid"),
        ({"members": [{"userid": "a", "gone": "yes"}]}, "members[0].gone"),
        ({"members": [{"userid": "a", "phone": "1"}]}, "members[0].phone"),
        ({"members": [{"userid": "new"}], "groups": [{"key": 1}]}, "groups[0].key"),
    ],
)
async def test_a_world_that_cannot_be_read_changes_nothing(sim: Sim, world: Json, field: str) -> None:
    before = await sim.get("/_sim/world")
    async with sim.http.post("/_sim/world", json=world) as answer:
        assert answer.status == 400
        assert (await answer.json())["detail"].startswith(field)
    assert await sim.get("/_sim/world") == before


@pytest.mark.parametrize(("data", "kind", "status"), [(b"{", "application/json", 400), (b"{}", "text/plain", 415)])
async def test_a_control_call_is_json(sim: Sim, data: bytes, kind: str, status: int) -> None:
    async with sim.http.post("/_sim/world", data=data, headers={"Content-Type": kind}) as answer:
        assert answer.status == status


async def test_phones_are_listed_by_pages_and_found_by_name_or_village(sim: Sim) -> None:
    members = [{"userid": f"p{n}", "place": "石门村"} for n in range(150)]
    await sim.post("/_sim/world", {"members": members})
    first = await sim.get("/_sim/phones", q="石门村")
    rest = await sim.get("/_sim/phones", q="石门村", cursor=first["next"])
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (100, 53, None)
    assert [item["id"] for item in (await sim.get("/_sim/phones", q="秀英"))["items"]] == ["LiXiuying"]
    assert (await sim.get("/_sim/phones", cursor="x"))["status"] == 400
    assert (await sim.get("/_sim/phones/nobody"))["status"] == 404


async def test_a_group_is_listed_without_its_key(sim: Sim) -> None:
    await sim.robot()
    async with sim.http.get("/_sim/groups") as answer:
        assert VILLAGE not in await answer.text()
    item = (await sim.get("/_sim/groups", q="柳湾"))["items"][0]
    assert (item["received"], item["unread"], item["last"]["text"]) == (1, 1, "红色暴雨 青崖县")
    assert await sim.texts(f"groups/{item['id']}") == ["红色暴雨 青崖县"]


async def test_counts_tell_copies_from_targets_and_can_be_cleared(sim: Sim) -> None:
    await sim.robot("甲")
    sim.clock.turn(1.5)
    await sim.robot("甲")
    await sim.app("wang|lixiuying")
    counts = await sim.counts()
    assert counts["calls"] == {"robot": 2, "token": 1, "app": 1}
    assert counts["copies"] == {"members": 2, "followers": 0, "groups": 2}
    assert counts["reached"] == {"members": 2, "followers": 0, "groups": 1}
    assert counts["first_accepted_at"] == "2026-07-12T02:40:00.000000+00:00"
    assert counts["last_accepted_at"] == "2026-07-12T02:40:01.500000+00:00"
    async with sim.http.delete("/_sim/counts") as answer:
        assert (await answer.json())["calls"] == {}
    assert (await sim.counts())["first_accepted_at"] is None

from tests.simulator.sim import Sim


async def test_the_others_get_it_when_some_are_invalid(sim: Sim) -> None:
    answer = await sim.app("LIXIUYING|Nobody|chen|zhao|wang", toparty="7", totag="t")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|chen"
    assert answer["unlicenseduser"] == "zhao"
    assert (answer["invalidparty"], answer["invalidtag"]) == ("7", "t")
    assert answer["msgid"]
    assert len(await sim.texts("phones/LiXiuying")) == len(await sim.texts("phones/wang")) == 1


async def test_all_invalid_names_them_too(sim: Sim) -> None:
    answer = await sim.app("Nobody|zhao")
    assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (81013, "nobody", "zhao")


async def test_whoever_is_named_twice_is_told_once(sim: Sim) -> None:
    await sim.app("wang|WANG|wang")
    assert len(await sim.texts("phones/wang")) == 1


async def test_at_all_reaches_everyone_with_a_licence(sim: Sim) -> None:
    assert (await sim.app("@all"))["errcode"] == 0
    assert (await sim.counts())["reached"] == {"members": 3, "followers": 0, "groups": 0}

"""What people type who are in need and use none of the great words."""

import pytest

from handlers.chat.understand.read import understand

CRY = [
    *("伤3人", "伤1人", "亡1人", "塌方，伤2个人", "三组滑坡，亡一人", "伤了3个人"),
    *("房子塌了里面有人", "房子倒了老人在里面", "人还在里面", "车被淹了，车里还有人", "屋子垮了，底下有人"),
    *("我们在屋顶上", "我在房顶", "一家人都在屋顶，快来", "水淹到二楼了，我们下不来"),
    *("房子着了", "厨房烧了", "房子燃了", "燃起来了", "后山着了"),
    *("娃掉水塘了", "冲跑一个人", "老人叫不醒了", "他喝农药了", "有人要自杀", "他被雷劈了", "老人没回来"),
    *("老人跌倒了起不来",),
]
CALM = [
    *("伤0人", "无人伤亡", "伤亡0人", "伤3只羊", "伤了两头牛"),
    *("房子塌了，里面没有人", "房子倒了，里面的人都出来了", "会议室里面有人", "屋子塌了，里面有人，已经救出来了"),
    *("我在房顶修瓦", "苞谷晒在屋顶上", "太阳能在屋顶上", "他们在屋顶上晒粮"),
    *("厨房烧水", "厨房烧了一壶水", "孩子着了凉", "睡着了"),
    *("冲跑一头猪", "手机掉水塘了", "大树被雷劈了", "预防自杀宣传", "水位下不来"),
]


@pytest.mark.parametrize("text", CRY)
def test_it_rings(text: str) -> None:
    assert understand(text).plea


@pytest.mark.parametrize("text", CALM)
def test_it_rings_nobody(text: str) -> None:
    assert not understand(text).plea

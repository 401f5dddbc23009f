"""The tables that can be imported, and their columns: the public name, the Chinese one, and what else people write."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    areas = "areas"
    people = "people"
    groups = "groups"
    shelters = "shelters"

    @property
    def zh(self) -> str:
        return {"areas": "区划", "people": "人员", "groups": "群", "shelters": "避难场所"}[self.value]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    zh: str
    also: tuple[str, ...] = ()


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.areas: (
        Column("code", "区划代码", ("代码", "编码", "编号", "行政区划代码", "网格编码", "网格代码")),
        Column("name", "名称", ("区划名称", "名字", "区划", "网格名称")),
        Column("parent", "上级代码", ("上级", "上级区划", "上级区划代码", "所属区划", "父级代码")),
        Column("level", "级别", ("层级", "类型", "区划级别")),
        Column("tags", "标签", ("标记", "特征")),
        Column("duty_phone", "值班电话", ("值班室电话", "电话", "联系电话")),
        Column("geometry", "边界", ("范围", "几何", "坐标", "wkt", "geojson")),
    ),
    Kind.people: (
        Column("id", "编号", ("人员编号", "工号")),
        Column("name", "姓名", ("名字", "人员姓名")),
        Column(
            "area", "区划代码", ("区划", "所属区划", "地区", "所在区划", "区划编码", "行政区划代码", "网格编码", "村")
        ),
        Column("roles", "角色", ("身份", "职责", "岗位", "人员类别")),
        Column("ab", "AB角", ("角", "a/b角", "a角b角", "ab")),
        Column("userid", "企业微信账号", ("企业微信", "企业微信userid", "企微账号", "账号")),
        Column("openid", "公众号openid", ("公众号", "微信openid")),
        Column("phone", "手机号", ("手机", "电话", "联系电话", "手机号码", "联系方式", "电话号码")),
        Column("language", "语言", ("语种",)),
    ),
    Kind.groups: (
        Column("id", "编号", ("群编号",)),
        Column("name", "群名", ("名称", "群名称", "群聊名称")),
        Column("area", "区划代码", ("区划", "所属区划", "地区", "所在区划", "区划编码", "行政区划代码", "村")),
        Column("kind", "群类别", ("类别", "类型", "群类型", "群种类")),
        Column("robot_key", "机器人地址", ("机器人", "webhook", "webhook地址", "群机器人", "机器人key", "key")),
        Column("chat_id", "群聊ID", ("chatid", "群聊编号", "群id")),
    ),
    Kind.shelters: (
        Column("name", "名称", ("场所名称", "避难场所", "避难场所名称", "安置点", "安置点名称")),
        Column("area", "区划代码", ("区划", "所属区划", "地区", "所在区划", "区划编码", "行政区划代码", "村")),
        Column("address", "地址", ("详细地址", "位置", "所在位置")),
        Column("capacity", "容纳人数", ("可容纳人数", "容量", "人数")),
        Column("lon", "经度", ("东经",)),
        Column("lat", "纬度", ("北纬",)),
        Column("phone", "联系电话", ("电话", "负责人电话", "值守电话")),
    ),
}


def title(kind: Kind, name: str) -> str:
    """A column's Chinese name."""
    return next(column.zh for column in COLUMNS[kind] if column.name == name)


def by_heading(kind: Kind) -> dict[str, str]:
    """Column names by each heading that is understood, folded as `fold` does."""
    return {
        fold(heading): column.name for column in COLUMNS[kind] for heading in (column.name, column.zh, *column.also)
    }


def fold(heading: str) -> str:
    """A heading as it is compared: without spaces, stars and what stands in brackets, in lower case."""
    plain = heading.replace("（", "(").split("(")[0]
    return "".join(ch for ch in plain if ch.isalnum() or ch in "/_").lower()

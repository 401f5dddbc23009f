"""The machine's door for a broadcast platform: how far it is with one loudspeaker."""

from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.access.guards import require_scope
from bot.access.models import Scope
from bot.deps import DEPS
from broadcasts.outlets.told import played_back
from handlers.api.bodies import raw_json
from handlers.api.describe import Answer, described
from handlers.api.problems import answer, problem
from handlers.api.shapes import Shape

routes = web.RouteTableDef()


class PlaybackBody(BaseModel):
    """resource_code 是大喇叭在应急广播平台的资源编码；state 是播发状态：0 未处理，1 等待，2 播发中，3 成功，4 失败，
    5 取消。"""

    model_config = ConfigDict(extra="forbid")
    broadcast_id: str = Field(max_length=36)
    resource_code: str = Field(max_length=32)
    state: Literal[0, 1, 2, 3, 4, 5]
    words: str = Field(default="", max_length=255)


class PlaybackShape(Shape):
    broadcast_id: str
    resource_code: str
    state: int


@routes.post("/api/v1/playbacks")
@described(
    "应急广播平台报一个大喇叭播得怎么样",
    {201: Answer("已记下", PlaybackShape)},
    scope="reports",
    takes={"application/json": PlaybackBody},
)
async def take(request: web.Request) -> web.Response:
    """An EBMStateResponse in small: 3 means that it was played, 4 and 5 that it was not."""
    deps, caller = request.app[DEPS], await require_scope(request, Scope.reports)
    raw = await raw_json(request)
    if isinstance(raw, web.Response):
        return raw
    try:
        body = PlaybackBody.model_validate_json(raw)
    except ValidationError as error:
        fields = "、".join(sorted({str(one["loc"][0]) if one["loc"] else "JSON" for one in error.errors()}))
        return problem(422, "内容有误", f"请核对：{fields}。state 应是 0 到 5 的整数。")
    async with deps.begin() as session:
        await played_back(
            session, body.broadcast_id, body.resource_code, body.state, words=body.words, by=caller.actor,
            at=deps.clock.now(),
        )  # fmt: skip
    return answer({name: getattr(body, name) for name in PlaybackShape.model_fields}, 201)

"""The description of the machine API (OpenAPI 3.1), made from the routes and from what their handlers say."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter

from handlers.api.describe import JSON, Answer, Description, description
from handlers.api.problems import MEDIA_TYPE
from handlers.api.shapes import Problem

REF = "#/components/schemas/{model}"
PARAMETER = re.compile(r"{(\w+)}")


def document(app: web.Application) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for method, path, told in operations(app):
        paths.setdefault(path, {})[method] = _operation(method, path, told, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "消息树 Signal Tree", "version": release(), "license": {"name": "Apache-2.0"}},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def operations(app: web.Application) -> Iterator[tuple[str, str, Description]]:
    """(method, path, description) of every described route."""
    for route in app.router.routes():
        told = description(route.handler)
        if told is not None and route.resource is not None and route.method != "HEAD":
            yield route.method.lower(), route.resource.canonical, told


@cache
def release() -> str:
    try:
        return version("signaltree")
    except PackageNotFoundError:
        return "0"


def _operation(method: str, path: str, told: Description, schemas: dict[str, Any]) -> dict[str, Any]:
    answers = {str(status): _answer(answer, schemas) for status, answer in told.answers.items()}
    problem = {"description": "不成时的说明", "content": {MEDIA_TYPE: {"schema": _schema(Problem, schemas)}}}
    names = [("path", name, "") for name in PARAMETER.findall(path)] + [("query", *q) for q in told.query.items()]
    made: dict[str, Any] = {
        "operationId": "_".join([method, *re.findall(r"\w+", path)]),
        "summary": told.summary,
        "parameters": [_parameter(*name) for name in names],
        "responses": answers | {"default": problem},
    }
    if told.takes:
        body = {media: {"schema": _schema(model, schemas)} for media, model in told.takes.items()}
        made["requestBody"] = {"required": True, "content": body}
    if told.scope:
        made |= {"security": [{"token": []}], "description": f"令牌的作用域：{told.scope}"}
    return made


def _parameter(where: str, name: str, words: str) -> dict[str, Any]:
    made = {"in": where, "name": name, "required": where == "path", "schema": {"type": "string"}}
    return made | ({"description": words} if words else {})


def _answer(answer: Answer, schemas: dict[str, Any]) -> dict[str, Any]:
    if answer.model is None and answer.media == JSON:
        return {"description": answer.words}
    return {"description": answer.words, "content": {answer.media: {"schema": _schema(answer.model, schemas)}}}


def _schema(model: Any, schemas: dict[str, Any]) -> Mapping[str, Any]:
    """The model's schema; what it is made of goes to the components, once."""
    if model is None:
        return {"type": "string"}
    made = TypeAdapter(model).json_schema(ref_template=REF, mode="serialization")
    schemas.update(made.pop("$defs", {}))
    title = made.get("title")
    if not title or made.get("type") != "object":
        return made
    schemas[title] = made
    return {"$ref": REF.format(model=title)}

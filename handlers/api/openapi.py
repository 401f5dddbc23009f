"""The description of the machine API (OpenAPI 3.1), made from the routes and from what their handlers say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from aiohttp import web
from pydantic import TypeAdapter

from handlers.api.describe import JSON, Answer, Description, description
from handlers.api.problems import MEDIA_TYPE
from handlers.api.shapes import Problem

REF = "#/components/schemas/{model}"
TEXT = {"type": "string"}
Schemas = Mapping[Any, Mapping[str, Any]]
PARAMETER = re.compile(r"{(\w+)}")


def document(app: web.Application) -> dict[str, Any]:
    listed = [*operations(app)]
    schemas, components = _schemas([Problem, *(model for _, _, told in listed for model in _models(told))])
    paths: dict[str, dict[str, Any]] = {}
    for method, path, told in listed:
        paths.setdefault(path, {})[method] = _operation(method, path, told, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "消息树 Signal Tree", "version": release(), "license": {"name": "Apache-2.0"}},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
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


def _operation(method: str, path: str, told: Description, schemas: Schemas) -> dict[str, Any]:
    answers = {str(status): _answer(answer, schemas) for status, answer in told.answers.items()}
    problem = {"description": "不成时的说明", "content": {MEDIA_TYPE: {"schema": schemas[Problem]}}}
    names = [("path", name, "") for name in PARAMETER.findall(path)] + [("query", *q) for q in told.query.items()]
    made: dict[str, Any] = {
        "operationId": "_".join([method, *re.findall(r"\w+", path)]),
        "summary": told.summary,
        "parameters": [_parameter(*name) for name in names],
        "responses": answers | {"default": problem},
    }
    if told.takes:
        body = {media: {"schema": schemas[model]} for media, model in told.takes.items()}
        made["requestBody"] = {"required": True, "content": body}
    if told.scope:
        made |= {"security": [{"token": []}], "description": f"令牌的作用域：{told.scope}"}
    return made


def _parameter(where: str, name: str, words: str) -> dict[str, Any]:
    made = {"in": where, "name": name, "required": where == "path", "schema": {"type": "string"}}
    return made | ({"description": words} if words else {})


def _answer(answer: Answer, schemas: Schemas) -> dict[str, Any]:
    if answer.model is None and answer.media == JSON:
        return {"description": answer.words}
    return {"description": answer.words, "content": {answer.media: {"schema": schemas[answer.model]}}}


def _models(told: Description) -> list[Any]:
    return [*(answer.model for answer in told.answers.values()), *told.takes.values()]


def _schemas(models: Iterable[Any]) -> tuple[Schemas, dict[str, Any]]:
    """Each model's schema and what they are made of, once, in one run: two classes of one name get a name each."""
    adapters: dict[Any, TypeAdapter[Any]] = {model: TypeAdapter(model) for model in models if model is not None}
    inputs: list[tuple[Any, Literal["serialization"], TypeAdapter[Any]]] = [
        (model, "serialization", adapter) for model, adapter in adapters.items()
    ]
    made, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    return {None: TEXT} | {model: schema for (model, _), schema in made.items()}, shared.get("$defs", {})

"""The OpenAPI document is valid, complete and the same for the same code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kinerja_api.core.openapi import build_openapi, render_openapi
from tests.contract.requests import operations_of

EXAMPLES = Path(__file__).parents[2] / "openapi" / "examples"


@pytest.fixture(scope="module")
def document(app: Any) -> dict[str, Any]:
    return build_openapi(app)


def test_the_document_is_valid_and_stable(app: Any, document: dict[str, Any]):
    validate(document)
    assert render_openapi(app) == render_openapi(app)
    assert "HTTPValidationError" not in json.dumps(document)


def test_every_operation_tells_its_errors_as_problems(document: dict[str, Any]):
    for operation in operations_of(document):
        for status, response in operation.definition["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], operation.name
        if operation.permission != "public":
            assert operation.definition["security"] == [{"bearer": []}], operation.name
            assert {"401", "403"} <= operation.definition["responses"].keys(), operation.name


def test_every_example_fits_its_schema(document: dict[str, Any]):
    resolved = {"components": document["components"]}
    wrong: list[str] = []
    for name, schema in document["components"]["schemas"].items():
        validator = Draft202012Validator(
            {**resolved, "$ref": f"#/components/schemas/{name}"},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for example in schema.get("examples", []):
            wrong += [f"{name}: {error.message}" for error in validator.iter_errors(example)]
    assert wrong == [], "\n".join(wrong)


def test_every_example_belongs_to_a_schema(document: dict[str, Any]):
    names = {file.stem for file in EXAMPLES.glob("*.json")}
    assert sorted(names - document["components"]["schemas"].keys()) == []


def test_every_body_and_answer_has_an_example(document: dict[str, Any]):
    schemas = document["components"]["schemas"]
    bare: set[str] = set()
    for operation in operations_of(document):
        contents = [operation.definition.get("requestBody", {}).get("content", {})]
        contents += [
            response.get("content", {})
            for status, response in operation.definition["responses"].items()
            if status.startswith("2")
        ]
        for content in contents:
            reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            name = reference.split("/")[-1]
            if name and not schemas[name].get("examples"):
                bare.add(name)
    assert sorted(bare) == []


def test_everything_that_comes_in_has_a_bound(document: dict[str, Any]):
    unbounded: list[str] = []
    for operation in operations_of(document):
        where = [
            (f"{operation.name} {parameter['name']}", parameter["schema"])
            for parameter in operation.definition.get("parameters", [])
        ]
        body = operation.definition.get("requestBody", {}).get("content", {})
        where += [(operation.name, body[kind]["schema"]) for kind in body if "json" in kind]
        for name, schema in where:
            unbounded += [f"{name}{path}" for path in _unbounded(schema, document, "", ())]
    assert sorted(set(unbounded)) == [], "\n".join(sorted(set(unbounded)))


def _unbounded(
    schema: dict[str, Any], document: dict[str, Any], path: str, seen: tuple[str, ...]
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        if name not in seen:
            target = document["components"]["schemas"][name]
            yield from _unbounded(target, document, path, (*seen, name))
        return
    for choice in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        yield from _unbounded(choice, document, path, seen)
    if _lacks_bound(schema):
        yield path
    if schema.get("type") == "array":
        yield from _unbounded(schema.get("items", {}), document, f"{path}[]", seen)
    for name, inner in schema.get("properties", {}).items():
        yield from _unbounded(inner, document, f"{path}.{name}", seen)


_BOUNDS: dict[str, set[str]] = {
    "string": {"maxLength", "enum", "const", "format", "pattern"},
    "integer": {"maximum", "exclusiveMaximum", "enum"},
    "array": {"maxItems"},
}


def _lacks_bound(schema: dict[str, Any]) -> bool:
    bounds = _BOUNDS.get(schema.get("type", ""))
    return bounds is not None and not schema.keys() & bounds

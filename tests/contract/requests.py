"""Requests made from the OpenAPI document alone: for every operation one that is well formed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BY_FORMAT = {
    "uuid": "0193b0a2-7c4e-7d21-9a53-6f2b8c1d4e70",
    "date": "2026-11-02",
    "date-time": "2026-11-02T03:04:05Z",
    "time": "08:00:00",
    "email": "siti@example.go.id",
    "uri": "https://example.go.id/",
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str
    permission: str
    definition: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def has_id(self) -> bool:
        return any(
            parameter["in"] == "path" and parameter["schema"].get("format") == "uuid"
            for parameter in self.definition.get("parameters", [])
        )

    def request(self, ids: Mapping[str, uuid.UUID], *, tenant: str | None = None) -> dict[str, Any]:
        """Return arguments for an HTTP client.

        ids: a real row by the segment before its place; tenant: code for public addresses.
        """
        headers: dict[str, str] = {}
        params: dict[str, Any] = {}
        for parameter in self.definition.get("parameters", []):
            if parameter["name"] == "If-Match":
                headers["If-Match"] = '"1"'
            elif parameter["name"] == "Idempotency-Key":
                headers["Idempotency-Key"] = f"key-{uuid.uuid4()}"
            elif parameter["in"] == "query" and parameter.get("required"):
                params[parameter["name"]] = self._value(parameter["schema"])
        sent: dict[str, Any] = {
            "url": self._address(ids, tenant),
            "headers": headers,
            "params": params,
        }
        content: Mapping[str, Any] = self.definition.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            sent["json"] = self._value(content["application/json"]["schema"])
        elif content:
            headers["Content-Type"] = next(iter(content))
            sent["content"] = b"%PDF-1.7 x"
        return sent

    def _address(self, ids: Mapping[str, uuid.UUID], tenant: str | None) -> str:
        parts: list[str] = []
        for part in self.path.split("/"):
            if part == "{tenant}" and tenant is not None:
                parts.append(tenant)
            elif part.startswith("{"):
                schema = next(
                    parameter["schema"]
                    for parameter in self.definition["parameters"]
                    if parameter["name"] == part[1:-1]
                )
                is_id = schema.get("format") == "uuid"
                parts.append(
                    str(ids.get(parts[-1], uuid.uuid4())) if is_id else str(self._value(schema))
                )
            else:
                parts.append(part)
        return "/".join(parts)

    def _value(self, schema: Mapping[str, Any]) -> Any:
        """Return the example of a schema, or the smallest value that it allows."""
        if "$ref" in schema:
            return self._value(
                self.document["components"]["schemas"][schema["$ref"].split("/")[-1]]
            )
        for key in ("examples", "enum"):
            if schema.get(key):
                return schema[key][0]
        if "const" in schema:
            return schema["const"]
        if "default" in schema:
            return schema["default"]
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                return self._value(schema[key][0])
        return self._smallest(schema)

    def _smallest(self, schema: Mapping[str, Any]) -> Any:
        kind = schema.get("type")
        if kind == "object":
            properties = schema.get("properties", {})
            return {name: self._value(properties[name]) for name in schema.get("required", [])}
        if kind == "array":
            return [self._value(schema["items"])] * max(1, schema.get("minItems", 1))
        if kind == "integer":
            return max(schema.get("minimum", 1), 1)
        if kind == "boolean":
            return True
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        return "1" if "pattern" in schema else "x" * max(1, schema.get("minLength", 1))


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """Return all operations of the document."""
    return [
        Operation(
            definition["operationId"], method.upper(), path, definition["x-permission"],
            definition, document,
        )
        for path, methods in document["paths"].items()
        for method, definition in methods.items()
    ]  # fmt: skip

"""No input alone ever yields a 500: what JSON allows, what it does not, and how big it may be."""

import json

import pytest

from kinerja_api.core.json import read_json
from kinerja_api.core.problems import InvalidJson
from tests.factories.world import World
from tests.plugins.service import Api

REFUSED = {
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": Infinity}',
    "a key twice": b'{"name": "a", "name": "b"}',
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "not UTF-8": b'{"name": "\xff"}',
    "too deep": b"[" * 65 + b"]" * 65,
    "very deep": b"[" * 100_000,
    "cut off": b'{"name": ',
    "more behind": b"{} {}",
    "single quotes": b"{'name': 1}",
    "lone surrogate": b'{"name": "\\ud800"}',
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strict_json_is_refused(content: bytes):
    with pytest.raises(InvalidJson):
        read_json(content)


def test_depth_counts_brackets_not_text():
    assert read_json(b'["' + b"[" * 500 + b'\\"]"]')
    assert read_json(b"[" * 64 + b"]" * 64)


HOSTILE: dict[str, bytes] = {
    **REFUSED,
    "NUL": json.dumps({"code": "a\x00b", "name": "x", "kind": "dinas"}).encode(),
    "2^63": b'{"code": "a", "name": 9223372036854775808, "kind": "dinas"}',
    "huge number": b'{"code": "a", "name": 1e999, "kind": "dinas"}',
    "very long digits": b'{"code": ' + b"9" * 5000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "an unknown field": b'{"code": "a", "name": "x", "kind": "dinas", "tenant_id": "x"}',
    "direction marks": '{"code": "a", "name": "x\u202ey", "kind": "dinas"}'.encode(),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_bodies_are_the_callers_fault(api: Api, world: World, content: bytes):
    answer = await api.post(
        "/v1/units", content=content, by=world.agency, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_body_of_another_kind_or_size_is_refused(api: Api, world: World):
    kind = await api.post("/v1/units", content=b"<a/>", by=world.agency)
    assert (kind.status_code, kind.json()["code"]) == (415, "unsupported_media_type")
    large = await api.post("/v1/units", {"code": "x" * 2_000_000}, by=world.agency)
    assert (large.status_code, large.json()["code"]) == (413, "content_too_large")


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\u2060 \u200d", "\u00ad"])
async def test_a_text_of_which_nothing_is_visible_is_blank(api: Api, world: World, text: str):
    body = {"starts_on": "2026-02-02", "ends_on": "2026-02-02", "reason": text}
    refused = await api.post("/v1/outages", body, by=world.agency)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] == "blank_text"

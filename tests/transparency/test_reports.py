"""Published reports and the follow-up of musrenbang input, as everybody reads them."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from tests.factories.complaints import new_category, new_report
from tests.factories.world import World
from tests.plugins.service import Api
from tests.transparency.makers import PUBLISHED, RECEIVED, new_published


def path_of(world: World, name: str = "reports") -> str:
    return f"/v1/public/{world.code}/{name}"


async def items(api: Api, world: World, name: str = "reports", **params: Any) -> list[Any]:
    answer = await api.get(path_of(world, name), params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def tickets(api: Api, world: World, **params: Any) -> set[str]:
    return {one["ticket"] for one in await items(api, world, **params)}


async def test_a_published_report_tells_what_everybody_may_know(api: Api, world: World):
    office = await world.unit("Dinas Pekerjaan Umum")
    handler = await world.employee("Sutrisno Penangan", unit=office)
    category = await new_category(world, name="Lampu jalan")
    answered = dt.datetime(2025, 3, 14, 18, 0, tzinfo=dt.UTC)
    await new_published(
        world, status="answered", unit=office, handler=handler, category_id=category,
        ticket="T-1", place="Jl. Mawar 5", latitude=-5.147665, longitude=119.432731,
        public_reply="Sudah diganti.", times={"approve_reply": answered},
    )  # fmt: skip
    answer = await api.get(path_of(world))
    assert answer.json()["items"] == [
        {
            "ticket": "T-1",
            "kind": "pengaduan",
            "category_id": str(category),
            "category_name": "Lampu jalan",
            "unit_id": str(office),
            "unit_name": "Dinas Pekerjaan Umum",
            "title": "Lampu padam",
            "body": "Sejak Senin.",
            "reply": "Sudah diganti.",
            "status": "open",
            "stage": "answered",
            "stage_text": "Dijawab",
            "received_on": "2025-03-10",
            "published_on": "2025-03-11",
            "answered_on": "2025-03-15",
            "latitude": "-5.15",
            "longitude": "119.43",
        }
    ]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert (answer.headers["Vary"], answer.headers["Content-Language"]) == ("Accept-Language", "id")
    headers = {"If-None-Match": answer.headers["ETag"]}
    again = await api.get(path_of(world), headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Vary"] == "Accept-Language"
    english = await api.get(path_of(world), headers={**headers, "Accept-Language": "en"})
    assert english.json()["items"][0]["stage_text"] == "Answered"
    assert english.headers["Content-Language"] == "en"


async def test_what_is_not_published_is_not_there(api: Api, world: World, other_world: World):
    await new_report(world, received_at=RECEIVED)
    await new_report(world, is_confidential=True)
    await new_published(world, kind="pelaporan_pelanggaran")
    await new_published(world, report_class="pembalasan")
    await new_published(other_world)
    assert await items(api, world) == []
    content = (await api.get(path_of(world), params={"format": "csv"})).text
    assert len(content.splitlines()) == 1


async def test_a_case_of_the_inspectorate_has_no_unit(api: Api, world: World):
    office = await world.unit("Dinas")
    await new_published(world, status="in_progress", unit=office, led_by="inspectorate")
    (found,) = await items(api, world)
    assert (found["unit_id"], found["unit_name"]) == (None, None)
    assert await items(api, world, below_id=str(office)) == []
    assert await items(api, world, below_id=str(world.root)) == []


async def test_what_goes_on_inside_the_office_is_not_told(api: Api, world: World):
    await new_published(world, status="reply_proposed")
    (found,) = await items(api, world)
    assert (found["stage"], found["reply"], found["answered_on"]) == ("in_progress", None, None)


async def test_numbers_of_persons_are_masked_even_if_an_officer_left_them(api: Api, world: World):
    await new_published(
        world, status="closed", public_title="Dari 081234567890",
        public_body="NIK 3173010101900001", public_reply="Hubungi siti@example.id",
    )  # fmt: skip
    (found,) = await items(api, world)
    assert (found["title"], found["body"], found["reply"]) == ("Dari […]", "NIK […]", "Hubungi […]")


async def test_reports_are_filtered(api: Api, world: World):
    office = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=office)
    category = await new_category(world)
    await new_published(world, ticket="A", status="assigned", unit=below, category_id=category)
    await new_published(world, ticket="B", status="closed", unit=office, kind="aspirasi")
    new_year = dt.datetime(2024, 12, 31, 17, 0, tzinfo=dt.UTC)
    await new_published(world, ticket="C", received_at=new_year)
    await new_published(world, ticket="D", received_at=new_year - dt.timedelta(seconds=1))
    assert await tickets(api, world, below_id=str(office)) == {"A", "B"}
    assert await tickets(api, world, below_id=str(below)) == {"A"}
    assert await tickets(api, world, category_id=str(category)) == {"A"}
    assert await tickets(api, world, status="closed") == {"B"}
    assert await tickets(api, world, status="open") == {"A", "C", "D"}
    assert await tickets(api, world, kind="aspirasi") == {"B"}
    assert await tickets(api, world, year=2025) == {"A", "B", "C"}
    assert await tickets(api, world, year=2024, status="open") == {"D"}


async def test_pages_and_the_table_hold_every_report_once(api: Api, world: World):
    for number in range(5):
        at = PUBLISHED + dt.timedelta(days=number // 2)
        await new_published(world, ticket=f"T-{number}", published_at=at, public_title="=1+1")
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.get(path_of(world), params=params)).json()
        seen += [one["ticket"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"T-{number}" for number in range(5)]
    assert seen[0] == "T-4"
    table = await api.get(path_of(world), params={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert [row["ticket"] for row in rows] == seen
    assert {row["title"] for row in rows} == {"'=1+1"}
    assert set(rows[0]) == set(page["items"][0])


async def add_input(world: World, status: str, **values: Any) -> None:
    await new_published(world, kind="aspirasi", channel="musrenbang", status=status, **values)


async def test_musrenbang_input_is_followed_up(api: Api, world: World):
    answered = RECEIVED + dt.timedelta(days=9)
    await add_input(
        world, "answered", ticket="M-1", public_reply="Masuk RKPD 2026.",
        times={"approve_reply": answered},
    )  # fmt: skip
    await add_input(world, "in_progress", ticket="M-2", published_at=PUBLISHED.replace(day=20))
    await new_published(world, kind="aspirasi")
    await new_published(world, channel="musrenbang")
    newest, oldest = await items(api, world, "musrenbang", year=2025)
    assert (oldest["ticket"], oldest["reply"], oldest["days"]) == ("M-1", "Masuk RKPD 2026.", 9)
    assert (newest["ticket"], newest["stage_text"]) == ("M-2", "Ditindaklanjuti")
    assert newest["days"] == (world.today - dt.date(2025, 3, 10)).days
    assert await items(api, world, "musrenbang", year=2024) == []
    (open_one,) = [one["ticket"] for one in await items(api, world, "musrenbang", status="open")
                   if one["stage"] != "answered"]  # fmt: skip
    assert open_one == "M-2"
    table = await api.get(path_of(world, "musrenbang"), params={"format": "csv"})
    assert table.text.splitlines()[0].startswith("ticket,category_name,unit_id")


@pytest.mark.parametrize(
    ("made", "received", "expected"),
    [
        ({"in_progress": 6, "answered": 5}, 11, {"in_progress": 6, "answered": 5}),
        ({"in_progress": 3, "reply_proposed": 3, "answered": 5}, 11,
         {"in_progress": 6, "answered": 5}),
        ({"verified": 6, "answered": 2}, 8, {"verified": None, "answered": None}),
        ({"answered": 2}, None, {"answered": None}),
        ({"merged": 6}, 0, {}),
    ],
)  # fmt: skip
async def test_counts_of_musrenbang_input_hide_the_few(
    api: Api, world: World, made: dict[str, int], received: int | None, expected: dict[str, Any]
):
    for status, count in made.items():
        for _ in range(count):
            await new_report(
                world, status=status, kind="aspirasi", channel="musrenbang", received_at=RECEIVED
            )
    answer = await api.get(path_of(world, "musrenbang/totals"), params={"year": 2025})
    assert answer.json()["received"] == received
    found = {one["stage"]: one["inputs"] for one in answer.json()["stages"]}
    assert {stage: inputs for stage, inputs in found.items() if inputs != 0} == expected
    assert "merged" not in found

"""Reports as staff read them: lists by their filters, files, and never who reported."""

import datetime as dt
import hashlib
import io
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.files import name_of
from tests.complaints.offices import REPORTS, Offices, offices_of, seen
from tests.factories.complaints import NOBODY, new_attachment, new_category, new_report
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

HOUR = dt.timedelta(hours=1)


async def listed(api: Api, by: Person, **params: Any) -> list[str]:
    """Return the titles of a whole list, read forwards in pages of two, then backwards."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await api.get(REPORTS, by=by, params={"limit": 2, **params, **cursor})
        assert page.status_code == 200, page.text
        found += [item["title"] for item in page.json()["items"]]
        if page.json()["next_cursor"] is None:
            break
        cursor = {"cursor": page.json()["next_cursor"]}
    back = page.json()["prev_cursor"]
    if back is not None:
        before = await api.get(REPORTS, by=by, params={"limit": 2, **params, "cursor": back})
        last = len(page.json()["items"])
        assert [item["title"] for item in before.json()["items"]] == found[-last - 2 : -last]
    return found


async def some_reports(world: World, staff: Offices) -> None:
    """Make six reports, a to f, each an hour after the one before."""
    begun = clock.now() - 10 * HOUR
    today = world.today
    kinds: list[dict[str, Any]] = [
        {"category_id": staff.category, "due_on": today - dt.timedelta(days=1),
         "due_stage": "verification"},
        {"status": "assigned", "unit": staff.unit, "due_on": today, "due_stage": "resolution"},
        {"status": "in_progress", "unit": staff.unit, "handler": staff.handler,
         "is_escalated": True},
        {"status": "closed", "unit": staff.unit, "kind": "permintaan_informasi"},
        {"status": "verified", "led_by": "inspectorate", "report_class": "pembalasan"},
        {"status": "reply_proposed", "unit": await world.unit("Dinas Lain"),
         "due_on": today + dt.timedelta(days=5), "due_stage": "resolution",
         "ticket": "ABCD-EFGH"},
    ]  # fmt: skip
    for n, values in enumerate(kinds):
        await new_report(world, received_at=begun + n * HOUR, title="abcdef"[n], **values)


async def test_each_list_holds_what_its_reader_sees(api: Api, world: World, other_world: World):
    staff = await offices_of(world)
    await some_reports(world, staff)
    assert await listed(api, staff.officer) == ["f", "d", "c", "b", "a"]
    assert await listed(api, staff.inspector, sort="received_at") == list("abcdef")
    assert await listed(api, staff.head) == ["d", "c", "b"]
    assert await listed(api, staff.handler) == ["c"]
    assert await listed(api, world.mayor) == ["f", "d", "c", "b"]
    assert await listed(api, staff.colleague) == []
    stranger = await other_world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    assert await listed(api, stranger) == []
    assert (await api.get(REPORTS, by=world.agency)).status_code == 403
    assert (await api.get(REPORTS)).status_code == 401
    desk = await world.officer("Petugas Dinas", Role.COMPLAINTS_OFFICER, unit=staff.unit)
    assert await listed(api, desk) == ["d", "c", "b"]


@pytest.mark.parametrize(
    ("params", "titles"),
    [
        ({"status": ["assigned", "in_progress"]}, ["c", "b"]),
        ({"kind": "permintaan_informasi"}, ["d"]),
        ({"report_class": "pembalasan"}, ["e"]),
        ({"led_by": "inspectorate"}, ["e"]),
        ({"is_escalated": "true"}, ["c"]),
        ({"overdue": "true"}, ["a"]),
        ({"ticket": "ABCD-EFGH"}, ["f"]),
        ({"sort": "due_on"}, ["a", "b", "f"]),
        ({"sort": "-due_on"}, ["f", "b", "a"]),
        ({"sort": "due_on", "status": ["assigned", "received"]}, ["a", "b"]),
        ({"updated_since": "2200-01-01T00:00:00Z"}, []),
        ({"service_id": str(NOBODY)}, []),
    ],
)
async def test_filters_and_sorts(api: Api, world: World, params: dict[str, Any], titles: list[str]):
    staff = await offices_of(world)
    await some_reports(world, staff)
    assert await listed(api, staff.inspector, **params) == titles


async def test_filters_by_unit_people_and_category(api: Api, world: World):
    staff = await offices_of(world)
    await some_reports(world, staff)
    by = staff.inspector
    assert await listed(api, by, unit_id=str(staff.unit)) == ["d", "c", "b"]
    assert await listed(api, by, below_id=str(world.root)) == ["f", "d", "c", "b"]
    assert await listed(api, by, handler_id=str(staff.handler.employee_id)) == ["c"]
    assert await listed(api, by, category_id=str(staff.category)) == ["a"]
    due = str(world.today + dt.timedelta(days=1))
    assert await listed(api, by, due_before=due) == ["b", "a"]
    wrong = await api.get(REPORTS, by=by, params={"status": "done"})
    assert wrong.status_code == 422


async def test_what_waits_for_me_is_what_i_may_do_next(api: Api, world: World):
    staff = await offices_of(world)
    await some_reports(world, staff)
    waits = {"waits_for_me": "true"}
    assert await listed(api, staff.officer, **waits) == ["a"]
    assert await listed(api, staff.head, **waits) == ["b"]
    assert await listed(api, staff.handler, **waits) == ["c"]
    assert await listed(api, world.mayor, **waits) == ["f", "b"]
    assert await listed(api, staff.inspector, **waits) == ["e", "a"]
    await new_report(world, title="g", status="reply_proposed", unit=staff.unit,
                     handler=staff.handler, proposed_by=staff.head.account_id)  # fmt: skip
    assert await listed(api, staff.head, **waits) == ["b"]
    await new_report(world, title="h", status="answered", unit=staff.unit,
                     report_class="pengaduan_berkadar_pengawasan")  # fmt: skip
    assert await listed(api, staff.inspector, **waits) == ["h", "e", "a"]
    await new_report(world, title="i", status="answered", led_by="inspectorate")
    await new_report(world, title="j", status="in_progress", unit=staff.unit)
    assert await listed(api, staff.inspector, **waits) == ["j", "i", "h", "e", "a"]
    assert await listed(api, staff.officer, **waits) == ["j", "a"]


async def test_a_list_is_one_statement_and_tells_each_row_its_actions(api: Api, world: World):
    staff = await offices_of(world)
    await some_reports(world, staff)
    await api.get(REPORTS, by=staff.head)
    with sent_statements() as statements:
        page = await api.get(REPORTS, by=staff.head)
    assert len(statements) <= 2, statements
    for item in page.json()["items"]:
        whole = await seen(api, staff.head, item["id"])
        assert {name: whole[name] for name in item} == item
        assert "body" not in item


async def test_a_page_is_read_from_an_index(api: Api, world: World, administrator: Any):
    staff = await offices_of(world)
    await some_reports(world, staff)
    for params in ({}, {"sort": "due_on"}, {"unit_id": str(staff.unit)},
                   {"handler_id": str(staff.handler.employee_id)}):  # fmt: skip
        with sent_statements() as statements:
            await api.get(REPORTS, by=staff.inspector, params=params)
        query, values = statements[-1]
        async with administrator.transaction():
            await administrator.execute("SET LOCAL enable_seqscan = off")
            await administrator.execute("SET LOCAL enable_bitmapscan = off")
            plan = "\n".join(
                row[0] for row in await administrator.fetch(f"EXPLAIN {query}", *values)
            )
        assert "citizen_reports_" in plan, plan
        assert "Sort Key: citizen_reports" not in plan, plan


async def test_no_answer_holds_who_reported_or_the_receipt(api: Api, world: World):
    staff = await offices_of(world)
    service = await add_service(world, staff.unit)
    category = await new_category(world, name="Sampah", service_id=service)
    report = await new_report(
        world, status="in_progress", unit=staff.unit, handler=staff.handler, category_id=category,
        service_id=service, is_anonymous=False, sends_news=True,
    )  # fmt: skip
    found = await seen(api, staff.handler, report)
    assert (found["category_name"], found["service_name"], found["unit_name"]) == (
        "Sampah", "Penerbitan KTP", "Dinas Pekerjaan Umum",
    )  # fmt: skip
    assert (found["has_news"], found["is_anonymous"]) == (True, False)
    for word in ("reporter", "receipt", "contact", "email", "phone", "has_accused", "account"):
        assert not [name for name in found if word in name], word


async def test_a_file_is_downloaded_and_never_shown(api: Api, world: World, app: Any):
    staff = await offices_of(world)
    report, other = await new_report(world), await new_report(world)
    content = b"png"
    sha256 = hashlib.sha256(content).digest()
    await app.state.files.keep(name_of(world.tenant_id, sha256), io.BytesIO(content))
    file = await new_attachment(world, report, sha256)
    (shown,) = (await seen(api, staff.officer, report))["attachments"]
    assert (shown["id"], shown["file_name"]) == (str(file), "bukti-1.png")
    answer = await api.get(f"{REPORTS}/{report}/attachments/{file}", by=staff.officer)
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for path, by in [
        (f"{REPORTS}/{other}/attachments/{file}", staff.officer),
        (f"{REPORTS}/{report}/attachments/{UUID(int=9)}", staff.officer),
        (f"{REPORTS}/{report}/attachments/{file}", staff.handler),
    ]:
        assert (await api.get(path, by=by)).status_code == 404
    lost = await new_attachment(world, report, b"z" * 32)
    gone = await api.get(f"{REPORTS}/{report}/attachments/{lost}", by=staff.officer)
    assert (gone.status_code, gone.json()["code"]) == (503, "file_unavailable")


async def test_what_is_not_there_is_not_found_in_every_list(api: Api, world: World):
    staff = await offices_of(world)
    for path in ("", "/events", "/segments", "/messages"):
        answer = await api.get(f"{REPORTS}/{NOBODY}{path}", by=staff.inspector)
        assert answer.status_code == 404
    report = await new_report(world)
    for path in ("/segments", "/messages"):
        assert (await api.get(f"{REPORTS}/{report}{path}", by=staff.officer)).json()["items"] == []

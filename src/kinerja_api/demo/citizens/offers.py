"""What two offices offer: services with published standards, and documents on their way."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.demo.citizens.scene import COUNTER, HEALTH, RECORDS, REGISTRY, Scene
from kinerja_api.demo.periods import seeded
from kinerja_api.services.commands.entries import enter_batch
from kinerja_api.services.commands.services import create_service, create_standard
from kinerja_api.services.schemas.services import ServiceIn, StandardIn
from kinerja_api.services.schemas.transactions import TransactionBatchIn

ID_CARD, FAMILY_CARD, BIRTH, HYGIENE = "KTP-EL", "KK", "AKTA-LAHIR", "SLHS"
_FRIDAY = 5
_COMPLAINTS = (
    "Loket pengaduan di kantor, atau laporan warga melalui layanan ini; tanggapan pertama paling"
    " lama lima hari kerja."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with its standard; ``days`` it allows, ``documents`` of the last two months.

    keeper: the office whose head publishes it.
    """

    code: str
    name: str
    office: str
    keeper: str
    days: int
    documents: int
    product: str
    requirements: str


OFFERS = (
    Offer(
        ID_CARD, "Penerbitan KTP elektronik", COUNTER, REGISTRY, 3, 28, "KTP elektronik",
        "Fotokopi kartu keluarga; KTP lama atau surat keterangan kehilangan.",
    ),
    Offer(
        FAMILY_CARD, "Penerbitan kartu keluarga", COUNTER, REGISTRY, 5, 14, "Kartu keluarga",
        "Formulir F-1.02; buku nikah atau akta kelahiran anggota keluarga.",
    ),
    Offer(
        BIRTH, "Penerbitan akta kelahiran", RECORDS, REGISTRY, 5, 8, "Kutipan akta kelahiran",
        "Surat keterangan kelahiran; kartu keluarga; buku nikah orang tua.",
    ),
    Offer(
        HYGIENE, "Sertifikat laik higiene sanitasi", HEALTH, HEALTH, 10, 10,
        "Sertifikat laik higiene sanitasi (SLHS)",
        "Nomor induk berusaha; hasil uji laboratorium; denah tempat usaha.",
    ),
)  # fmt: skip


async def offer_services(writing: Writing, scene: Scene) -> dict[str, UUID]:
    """Publish the services and enter their documents; return the ids by code."""
    today = clock.today(scene.tenant.time_zone)
    found: dict[str, UUID] = {}
    for offer in OFFERS:
        service_id = await _publish(writing, scene, offer, today)
        office = scene.offices[offer.office]
        found[offer.code] = service_id
        await _enter(writing, office.worker, service_id, offer)
    return found


async def _publish(writing: Writing, scene: Scene, offer: Offer, today: dt.date) -> UUID:
    keeper = scene.offices[offer.keeper].head
    service = {
        "unit_id": str(scene.offices[offer.office].unit_id),
        "code": offer.code,
        "name": offer.name,
    }
    made = await create_service(writing, keeper, ServiceIn.model_validate(service))
    standard = {
        "requirements": offer.requirements,
        "procedure": "Berkas diperiksa di loket, diproses petugas, disahkan kepala bidang.",
        "processing_time": offer.days,
        "processing_unit": "working_days",
        "cost": "gratis",
        "product": offer.product,
        "complaint_handling": _COMPLAINTS,
        "basis": f"Keputusan Kepala {offer.keeper} Nomor 060/12 Tahun {today.year - 1}",
        "starts_on": f"{today.year - 1}-01-02",
    }
    await create_standard(writing, keeper, made["id"], StandardIn.model_validate(standard))
    return made["id"]


async def _enter(writing: Writing, worker: Actor, service_id: UUID, offer: Offer) -> None:
    """Enter the documents; some stood still for a while, some are late, some are not done."""
    handler = {"service_id": str(service_id), "handler_id": str(worker.employee_id)}
    items = [{**handler, **facts} for facts in _documents(offer, worker)]
    await enter_batch(writing, worker, TransactionBatchIn.model_validate({"items": items}))


def _documents(offer: Offer, worker: Actor) -> Iterator[Mapping[str, object]]:
    """Yield the documents of the last two months, each sixth with a pause, each seventh late."""
    zone = ZoneInfo(worker.time_zone)
    now = clock.now().astimezone(zone)
    first = worker.today - dt.timedelta(days=60)
    for number in range(1, offer.documents + 1):
        rng = seeded("documents", offer.code, number)
        asked_on = _working_day(first + dt.timedelta(days=56 * number // offer.documents))
        received = dt.datetime.combine(asked_on, dt.time(8, rng.randrange(60)), zone)
        complete = received + dt.timedelta(minutes=20)
        is_late, stands = number % 7 == 0, number % 6 == 0
        took = offer.days + 4 if is_late else rng.randint(1, offer.days)
        pause = (_after(complete, 1), _after(complete, 3)) if stands else None
        yield {
            "ref": f"{offer.code}/{received:%Y}/{number:04}",
            "client_ref": f"{offer.code}-{number}",
            "received_at": received.isoformat(),
            "complete_at": complete.isoformat(),
            **_course(pause, _after(complete, took + (3 if stands else 0)), now),
        }


def _course(
    pause: tuple[dt.datetime, dt.datetime] | None, done: dt.datetime, now: dt.datetime
) -> dict[str, object]:
    """Return what has happened up to now after the file was complete."""
    course: dict[str, object] = {}
    if pause is not None and pause[0] < now:
        ends_at = pause[1].isoformat() if pause[1] < now else None
        stood = {"reason": "citizen_data", "starts_at": pause[0].isoformat(), "ends_at": ends_at}
        course["pauses"] = [stood]
    if done < now:
        course["done_at"] = done.isoformat()
    return course


def _after(instant: dt.datetime, days: int) -> dt.datetime:
    """Return an hour of the day so many working days later."""
    day = instant.date()
    for _ in range(days):
        day = _working_day(day + dt.timedelta(days=1))
    return instant.replace(year=day.year, month=day.month, day=day.day) + dt.timedelta(hours=2)


def _working_day(day: dt.date) -> dt.date:
    """Return the day, or the Monday after its weekend."""
    weekday = day.isoweekday()
    return day + dt.timedelta(days=8 - weekday if weekday > _FRIDAY else 0)

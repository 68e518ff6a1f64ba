"""What citizens say of services: the satisfaction survey (SKM) and ratings."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Writing
from kinerja_api.demo.citizens.offers import FAMILY_CARD, ID_CARD
from kinerja_api.demo.citizens.scene import REGISTRY, Scene
from kinerja_api.demo.periods import seeded
from kinerja_api.services.commands.tokens import issue_tokens
from kinerja_api.services.schemas.figures import RatingTokensIn
from kinerja_api.surveys.commands.campaigns import (
    close_campaign,
    create_campaign,
    open_campaign,
    publish_campaign,
)
from kinerja_api.surveys.commands.forms import create_form
from kinerja_api.surveys.commands.responses import answer_survey, rate_service
from kinerja_api.surveys.rules import AgeBand, Element, ProfileField, Sex
from kinerja_api.surveys.schemas.campaigns import CampaignIn, CampaignOut, PublicationIn
from kinerja_api.surveys.schemas.forms import FormIn
from kinerja_api.surveys.schemas.responses import RatingIn, ResponseIn

_POPULATION = 24
_RATINGS = 12
_FIRST_ANSWERS = 3
_PLAN = "Menambah satu loket pada jam sibuk dan memasang papan antrean sebelum akhir triwulan."
_COMMENTS = (
    "Petugas ramah dan menjelaskan syarat dengan sabar.",
    "Antrean cepat, tetapi kursi tunggu kurang.",
    "Mohon jam layanan siang ditambah.",
)
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    Element.PERSYARATAN: ("Bagaimana kesesuaian persyaratan layanan?", "sesuai"),
    Element.SISTEM_MEKANISME_PROSEDUR: ("Bagaimana kemudahan prosedur layanan?", "mudah"),
    Element.WAKTU_PENYELESAIAN: ("Bagaimana kecepatan penyelesaian layanan?", "cepat"),
    Element.BIAYA_TARIF: ("Bagaimana kewajaran biaya layanan?", "wajar"),
    Element.PRODUK_SPESIFIKASI: ("Bagaimana kesesuaian hasil dengan standar?", "sesuai"),
    Element.KOMPETENSI_PELAKSANA: ("Bagaimana kemampuan petugas?", "mampu"),
    Element.PERILAKU_PELAKSANA: ("Bagaimana kesopanan dan keramahan petugas?", "sopan"),
    Element.PENANGANAN_PENGADUAN: ("Bagaimana penanganan pengaduan?", "baik"),
    Element.SARANA_PRASARANA: ("Bagaimana kualitas sarana dan prasarana?", "baik"),
    "kemudahan_daring": ("Bagaimana kemudahan pendaftaran daring?", "mudah"),
}


async def ask_citizens(writing: Writing, scene: Scene, services: Mapping[str, UUID]) -> None:
    """Hold a survey that is published and one that is open, and collect ratings."""
    keeper = scene.offices[REGISTRY].head
    form_id = (await create_form(writing, _form()))["id"]
    over = await _begin(writing, keeper, services[ID_CARD], form_id, needs_token=True)
    await _answer(writing, scene, over, over["sample_needed"])
    await close_campaign(writing, keeper, over["id"], expected=None)
    plan = PublicationIn(follow_up_plan=_PLAN)
    await publish_campaign(writing, keeper, over["id"], plan, expected=None)
    running = await _begin(writing, keeper, services[FAMILY_CARD], form_id, needs_token=False)
    await _answer(writing, scene, running, _FIRST_ANSWERS)
    for number, token in enumerate(await _tokens(writing, keeper, services[ID_CARD], _RATINGS)):
        await rate(writing, scene, token, number)


async def rate(writing: Writing, scene: Scene, token: str, number: int) -> None:
    """Rate the token's service; one in four says something too."""
    rng = seeded("rating", number)
    rating = {
        "token": token,
        "treatment": rng.choice((3, 4, 4, 5, 5)),
        "outcome": rng.choice((2, 4, 4, 5)),
        "comment": None if number % 4 else _COMMENTS[number // 4 % len(_COMMENTS)],
    }
    await rate_service(writing, scene.tenant, scene.entrance, RatingIn.model_validate(rating))


def _form() -> FormIn:
    questions = [
        {"code": code, "text": text, "labels": [f"tidak {word}", f"kurang {word}", word, best]}
        for code, (text, word) in _QUESTIONS.items()
        for best in [f"sangat {word}"]
    ]
    return FormIn.model_validate(
        {
            "code": "SKM-UMUM",
            "title": "Survei Kepuasan Masyarakat",
            "questions": questions,
            "profile_fields": [ProfileField.AGE_BAND.value, ProfileField.SEX.value],
        }
    )


async def _begin(
    writing: Writing, keeper: Actor, service_id: UUID, form_id: UUID, *, needs_token: bool
) -> CampaignOut:
    """Open a survey: of the last weeks with tokens, of the next ones without."""
    today = keeper.today
    days = (today - dt.timedelta(days=21), today)
    if not needs_token:
        days = (today, today + dt.timedelta(days=60))
    campaign = {
        "service_id": str(service_id),
        "form_id": str(form_id),
        "title": f"SKM {days[0]:%m/%Y}",
        "starts_on": str(days[0]),
        "ends_on": str(days[1]),
        "population": _POPULATION,
        "needs_token": needs_token,
    }
    made = await create_campaign(writing, keeper, CampaignIn.model_validate(campaign))
    return await open_campaign(writing, keeper, made["id"], expected=None)


async def _answer(writing: Writing, scene: Scene, campaign: CampaignOut, people: int) -> None:
    """Let so many people answer, with a token each where the campaign needs one."""
    tokens: list[str | None] = [None] * people
    if campaign["needs_token"]:
        keeper = scene.offices[REGISTRY].head
        tokens = [*await _tokens(writing, keeper, campaign["service_id"], people)]
    for number, token in enumerate(tokens):
        rng = seeded("answer", campaign["title"], number)
        given = {
            "answers": {code: rng.choice((2, 3, 3, 3, 4, 4, 4)) for code in _QUESTIONS},
            "profile": {"age_band": rng.choice(list(AgeBand)), "sex": rng.choice(list(Sex))},
            "comment": None if number % 8 else _COMMENTS[number // 8 % len(_COMMENTS)],
            "token": token,
        }
        response = ResponseIn.model_validate(given)
        await answer_survey(writing, scene.tenant, scene.entrance, campaign["id"], response)


async def _tokens(writing: Writing, keeper: Actor, service_id: UUID, count: int) -> list[str]:
    until = keeper.today + dt.timedelta(days=30)
    wanted = RatingTokensIn.model_validate({"count": count, "expires_on": str(until)})
    return (await issue_tokens(writing, keeper, service_id, wanted))["tokens"]

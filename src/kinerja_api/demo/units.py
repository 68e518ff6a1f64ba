"""The unit tree of a city government and how its posts are filled."""

from dataclasses import dataclass, field

from kinerja_api.demo.cities import City, District


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as planned; ``staff`` counts posts by job.

    concern: what the unit is there for, as read in its targets.
    acting: name of the unit whose head acts here, the post being vacant since this year
    (``acting_since_retirement``) or longer; "-" leaves it vacant without anybody acting.
    """

    name: str
    kind: str
    concern: str
    head: str
    staff: dict[str, int]
    children: tuple["Unit", ...] = field(default=())
    acting: str | None = None
    acting_since_retirement: bool = False


def agency(
    name: str, concern: str, staff: dict[str, int], *children: Unit, kind: str = "dinas"
) -> Unit:
    """Return a dinas or badan with the office staff that every one of them has."""
    office = {"sekretaris": 1, "keuangan": 2, "administrasi": 2}
    acting = "Dinas Komunikasi dan Informatika" if name == "Dinas Sosial" else None
    return Unit(name, kind, concern, "agency", office | staff, children, acting)


def division(name: str, concern: str, kind: str, staff: dict[str, int], *children: Unit) -> Unit:
    """Return a bidang or bagian below an agency or the secretariat."""
    return Unit(name, kind, concern, "division", staff, children)


def education(city: City) -> Unit:
    """Return Dinas Pendidikan with its schools; one school post was left by a retirement."""
    schools = tuple(
        Unit(
            name,
            "sekolah",
            "pembelajaran",
            "school",
            {"guru_pertama": 5, "guru_muda": 2, "administrasi": 2},
        )
        for name in city.schools
    )
    junior = Unit(
        "Bidang Pembinaan SMP",
        "bidang",
        "pembinaan SMP",
        "division",
        {"perencana_pertama": 1, "administrasi": 2},
        acting="Bidang Pembinaan SD",
        acting_since_retirement=True,
    )
    return agency(
        "Dinas Pendidikan",
        "pendidikan dasar",
        {"perencana_muda": 1, "prakom_terampil": 1, "arsiparis": 1},
        division(
            "Bidang Pembinaan SD",
            "pembinaan SD",
            "bidang",
            {"perencana_pertama": 1, "administrasi": 2},
        ),
        junior,
        Unit(
            "UPT Sanggar Kegiatan Belajar",
            "upt",
            "pendidikan nonformal",
            "section",
            {"guru_pertama": 3, "administrasi": 1},
        ),
        *schools,
    )


def health(city: City) -> Unit:
    """Return Dinas Kesehatan with its health centres and the hospital."""
    centres = tuple(
        Unit(
            f"Puskesmas {name}",
            "puskesmas",
            "kesehatan dasar",
            "health_centre",
            {
                "dokter_pertama": 2,
                "perawat_terampil": 3,
                "perawat_pertama": 1,
                "bidan": 3,
                "apoteker": 1,
                "administrasi": 1,
            },
        )
        for name in city.health_centres
    )
    hospital = Unit(
        city.hospital,
        "rsud",
        "kesehatan rujukan",
        "hospital",
        {
            "dokter_pertama": 2,
            "dokter_muda": 2,
            "perawat_terampil": 5,
            "perawat_mahir": 3,
            "perawat_pertama": 3,
            "bidan": 2,
            "apoteker": 2,
            "administrasi": 2,
            "keuangan": 1,
        },
    )
    people = division(
        "Bidang Kesehatan Masyarakat", "kesehatan masyarakat", "bidang", {"perencana_pertama": 2}
    )
    return agency("Dinas Kesehatan", "kesehatan", {"perencana_muda": 1}, people, *centres, hospital)


def civil_registry() -> Unit:
    """Return Disdukcapil, where the citizens' stories of all five cities take place."""
    identity = Unit(
        "Seksi Identitas Penduduk",
        "seksi",
        "identitas penduduk",
        "section",
        {"loket_dukcapil": 4},
    )
    return agency(
        "Dinas Kependudukan dan Pencatatan Sipil",
        "administrasi kependudukan",
        {"prakom_pertama": 1},
        division(
            "Bidang Pelayanan Pendaftaran Penduduk",
            "pendaftaran penduduk",
            "bidang",
            {"adminduk": 2, "loket_dukcapil": 5},
            identity,
        ),
        division(
            "Bidang Pelayanan Pencatatan Sipil",
            "pencatatan sipil",
            "bidang",
            {"adminduk": 1, "loket_dukcapil": 4},
        ),
    )


def district(place: District, *, is_first: bool) -> Unit:
    """Return a kecamatan with its kelurahan; the last lurah of the first one is not appointed."""
    villages = tuple(
        Unit(
            f"Kelurahan {name}",
            "kelurahan",
            "kemasyarakatan kelurahan",
            "village",
            {"warga": 2, "administrasi": 1},
            acting="-" if is_first and name == place.villages[-1] else None,
        )
        for name in place.villages
    )
    staff = {"sekretaris": 1, "warga": 3, "administrasi": 1, "keuangan": 1}
    name = f"Kecamatan {place.name}"
    return Unit(name, "kecamatan", "kecamatan", "district", staff, villages)


def secretariat() -> Unit:
    """Return Sekretariat Daerah with its bagian."""
    bagian = tuple(
        division(f"Bagian {name}", concern, "bagian", {"administrasi": 2, "perencana_pertama": 1})
        for name, concern in (
            ("Tata Pemerintahan", "tata pemerintahan"),
            ("Organisasi", "penataan organisasi"),
            ("Hukum", "hukum"),
        )
    )
    staff = {"administrasi": 2, "keuangan": 1, "arsiparis": 1}
    return Unit("Sekretariat Daerah", "sekretariat", "umum", "secretary", staff, bagian)


def government(city: City) -> Unit:
    """Return the whole tree; the root is headed by the mayor."""
    personnel = agency(
        "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        "kepegawaian",
        {"analis_sdm_pertama": 3, "analis_sdm_muda": 1},
        division("Bidang Kinerja", "kinerja pegawai", "bidang", {"analis_sdm_pertama": 3}),
        kind="badan",
    )
    cleaning = Unit(
        "UPT Pengelolaan Sampah",
        "upt",
        "kebersihan kota",
        "section",
        {"kebersihan": 5, "administrasi": 1},
    )
    inspectorate = Unit(
        "Inspektorat",
        "inspektorat",
        "pengawasan",
        "inspector",
        {
            "sekretaris": 1,
            "auditor_pertama": 3,
            "auditor_muda": 2,
            "auditor_madya": 1,
            "administrasi": 1,
        },
    )
    agencies = [
        secretariat(),
        inspectorate,
        agency(
            "Badan Perencanaan Pembangunan Daerah",
            "perencanaan pembangunan",
            {"perencana_pertama": 3, "perencana_muda": 1},
            kind="badan",
        ),
        personnel,
        education(city),
        health(city),
        civil_registry(),
        agency(
            "Dinas Komunikasi dan Informatika",
            "sistem elektronik",
            {"prakom_terampil": 2, "prakom_pertama": 3},
        ),
        agency("Dinas Sosial", "kesejahteraan sosial", {"peksos": 4}),
        agency(
            "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
            "perizinan",
            {"perizinan": 4},
        ),
        agency("Dinas Lingkungan Hidup", "kebersihan kota", {"kebersihan": 3}, cleaning),
        agency("Satuan Polisi Pamong Praja", "ketertiban umum", {"satpol": 7, "satpol_mahir": 3}),
    ]
    if city.with_planning_agencies:
        agencies += [
            agency("Dinas Pekerjaan Umum", "prasarana kota", {"teknik": 6}),
            agency("Dinas Perhubungan", "lalu lintas", {"perhubungan": 6}),
        ]
    agencies += [district(place, is_first=place is city.districts[0]) for place in city.districts]
    return Unit(
        f"Pemerintah {city.name}", "government", "pemerintahan", "mayor", {}, tuple(agencies)
    )

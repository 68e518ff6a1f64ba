"""Kinds and states of the organisation, and which levels a kind of position has."""

from collections.abc import Mapping
from enum import StrEnum

from kinerja_api.organisation.errors import LevelNotOfKind


class UnitKind(StrEnum):
    GOVERNMENT = "government"
    SEKRETARIAT = "sekretariat"
    DINAS = "dinas"
    BADAN = "badan"
    INSPEKTORAT = "inspektorat"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    UPT = "upt"
    SEKOLAH = "sekolah"
    PUSKESMAS = "puskesmas"
    RSUD = "rsud"
    BAGIAN = "bagian"
    BIDANG = "bidang"
    SEKSI = "seksi"


class PositionKind(StrEnum):
    """Kind of position (jenis jabatan), UU 20/2023; political office holders lead the tree."""

    JPT = "jpt"
    ADMINISTRASI = "administrasi"
    FUNGSIONAL = "fungsional"
    PEJABAT_NEGARA = "pejabat_negara"


class EmployeeKind(StrEnum):
    PNS = "pns"
    PPPK = "pppk"
    OFFICIAL = "official"


class EmployeeStatus(StrEnum):
    ACTIVE = "active"
    LEFT = "left"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class PlacementKind(StrEnum):
    """Kind of placement: definitive, acting (pelaksana tugas), acting daily (pelaksana harian)."""

    DEFINITIVE = "definitive"
    PLT = "plt"
    PLH = "plh"


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    JOINT_LEAVE = "joint_leave"
    WORKING_DAY = "working_day"


LEVELS: Mapping[PositionKind, frozenset[str]] = {
    PositionKind.JPT: frozenset({"utama", "madya", "pratama"}),
    PositionKind.ADMINISTRASI: frozenset({"administrator", "pengawas", "pelaksana"}),
    PositionKind.FUNGSIONAL: frozenset(
        {"pertama", "muda", "madya", "utama", "pemula", "terampil", "mahir", "penyelia"}
    ),
    PositionKind.PEJABAT_NEGARA: frozenset({"kepala_daerah", "wakil_kepala_daerah"}),
}
"""Levels (jenjang jabatan) of each kind of position."""


def check_level(kind: str, level: str) -> None:
    """Raise LevelNotOfKind unless positions of the kind have the level."""
    if level not in LEVELS[PositionKind(kind)]:
        raise LevelNotOfKind.at("/level", kind=kind, level=level)

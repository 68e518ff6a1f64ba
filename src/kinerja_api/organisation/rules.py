"""Kinds and states of the organisation. Pure."""

from enum import StrEnum


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

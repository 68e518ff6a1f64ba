"""What citizens report, and how far each report came. All of it is invented."""

from dataclasses import dataclass

from kinerja_api.complaints.rules import ArchiveReason, ReportClass, ReportKind, ReportStatus
from kinerja_api.demo.citizens.offers import BIRTH, FAMILY_CARD, HYGIENE, ID_CARD
from kinerja_api.demo.citizens.scene import CENTRE, COUNTER, HEALTH, RECORDS, REGISTRY, ROADS, WASTE

_S = ReportStatus


@dataclass(frozen=True, slots=True)
class Category:
    """A category of reports; office: to which they usually go; service: its code."""

    code: str
    name: str
    kind: ReportKind
    group: str
    office: str | None = None
    service: str | None = None
    is_confidential: bool = False


CATEGORIES = (
    Category("KTP", "KTP elektronik", ReportKind.PENGADUAN, "Kependudukan", COUNTER, ID_CARD),
    Category("KK", "Kartu keluarga", ReportKind.PENGADUAN, "Kependudukan", COUNTER, FAMILY_CARD),
    Category("AKTA", "Akta pencatatan sipil", ReportKind.PENGADUAN, "Kependudukan", RECORDS, BIRTH),
    Category("PUSKESMAS", "Pelayanan puskesmas", ReportKind.PENGADUAN, "Kesehatan", CENTRE),
    Category("SLHS", "Laik higiene sanitasi", ReportKind.PENGADUAN, "Kesehatan", HEALTH, HYGIENE),
    Category("SAMPAH", "Sampah dan kebersihan", ReportKind.PENGADUAN, "Lingkungan", WASTE),
    Category("JALAN", "Jalan dan drainase", ReportKind.PENGADUAN, "Prasarana", ROADS),
    Category("USULAN", "Usulan pembangunan", ReportKind.ASPIRASI, "Usulan", ROADS),
    Category("INFO", "Informasi layanan", ReportKind.PERMINTAAN_INFORMASI, "Informasi", REGISTRY),
    Category(
        "PELANGGARAN", "Pelanggaran oleh pegawai", ReportKind.PELAPORAN_PELANGGARAN, "Pengawasan",
        is_confidential=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A report and its way; goal: the status to which it comes.

    said: what ends or answers it; place: in words; spot: latitude and longitude;
    reporter: a name, None for an anonymous report; has_handler: it is assigned to a person.
    """

    category: str
    title: str
    body: str
    goal: ReportStatus
    office: str = COUNTER
    said: str = ""
    place: str | None = None
    spot: tuple[str, str] | None = None
    reporter: str | None = None
    is_public: bool = False
    is_confidential: bool = False
    is_musrenbang: bool = False
    is_reopened: bool = False
    has_handler: bool = True
    supervisory: ReportClass | None = None
    archived_for: ArchiveReason | None = None


FOLLOWED = Case(
    category="KTP",
    title="KTP-el belum tercetak setelah tiga minggu",
    body="Saya merekam data tiga minggu lalu. Setiap kali datang, petugas meminta saya kembali"
    " minggu depan karena blanko habis.",
    goal=_S.IN_PROGRESS,
    place="Kantor Dinas Kependudukan dan Pencatatan Sipil, loket 3",
    spot=("3.595200", "98.672200"),
    reporter="Warga Satu",
    is_public=True,
)
"""The report whose receipt is printed; the printed employee works on it."""

OPEN_CASES = (
    Case(
        category="KTP",
        title="Antrean loket sampai siang",
        body="Datang pukul tujuh, baru dilayani pukul dua belas. Nomor antrean tidak dipanggil"
        " berurutan.",
        goal=_S.RECEIVED,
        reporter="Warga Dua",
    ),
    Case(
        category="SAMPAH",
        title="Sampah pasar tidak diangkut tiga hari",
        body="Tumpukan di belakang pasar sudah sampai ke badan jalan dan berbau.",
        goal=_S.RECEIVED,
        place="Belakang pasar Sekip",
        spot=("3.596800", "98.655100"),
    ),
    Case(
        category="KK",
        title="Jadwal layanan keliling tidak diumumkan",
        body="Warga lingkungan kami baru tahu ada layanan keliling setelah petugas pulang.",
        goal=_S.VERIFIED,
        reporter="Warga Tiga",
        is_public=True,
    ),
    Case(
        category="INFO",
        title="Syarat pindah penduduk antarkota",
        body="Mohon informasi berkas yang harus dibawa untuk pindah dari kota lain.",
        goal=_S.ASSIGNED,
        office=REGISTRY,
        reporter="Warga Empat",
        has_handler=False,
    ),
    Case(
        category="KTP",
        title="Nama di KTP-el salah cetak",
        body="Huruf kedua nama saya tertukar. Akta kelahiran sudah saya bawa ke loket.",
        goal=_S.ASSIGNED,
        reporter="Warga Lima",
    ),
    Case(
        category="KK",
        title="Pemutakhiran kartu keluarga ditolak tanpa alasan",
        body="Berkas dikembalikan tanpa catatan. Saya tidak tahu apa yang kurang.",
        goal=_S.IN_PROGRESS,
        said="Berkas kurang satu formulir; silakan dilengkapi di loket 2.",
        reporter="Warga Enam",
        is_public=True,
        is_reopened=True,
    ),
    Case(
        category="PUSKESMAS",
        title="Rekam medis keluarga dibicarakan di ruang tunggu",
        body="Keterangan penyakit anggota keluarga saya disebut keras di ruang tunggu.",
        goal=_S.IN_PROGRESS,
        office=CENTRE,
        reporter="Warga Tujuh",
        is_confidential=True,
    ),
    Case(
        category="KTP",
        title="Data ganda dengan kota lain",
        body="Perekaman ditolak karena data saya tercatat di kota tempat saya dulu bekerja.",
        goal=_S.AWAITING_OTHER_PARTY,
        said="Menunggu penghapusan data ganda oleh Ditjen Dukcapil.",
        reporter="Warga Delapan",
    ),
    Case(
        category="KTP",
        title="Lansia diminta datang sendiri untuk rekam data",
        body="Orang tua saya tidak bisa berjalan. Mohon perekaman di rumah.",
        goal=_S.REPLY_PROPOSED,
        said="Petugas perekaman datang ke rumah hari Kamis pukul sembilan, tanpa biaya.",
        reporter="Warga Sembilan",
    ),
    Case(
        category="AKTA",
        title="Akta kelahiran terlambat seminggu",
        body="Dijanjikan lima hari kerja, sudah dua belas hari belum terbit.",
        goal=_S.REPLY_PROPOSED,
        office=RECORDS,
        said="Akta sudah terbit dan dapat diambil atau dicetak sendiri dari pesan kami.",
        reporter="Warga Sepuluh",
    ),
    Case(
        category="SLHS",
        title="Berkas laik higiene belum diperiksa",
        body="Berkas warung saya masukkan bulan lalu.",
        goal=_S.AWAITING_INFORMATION,
        said="Mohon nomor register pada tanda terima berkas Anda.",
        reporter="Warga Sebelas",
    ),
    Case(
        category="KTP",
        title="Semua pelayanan buruk",
        body="Pokoknya semua kantor sama saja.",
        goal=_S.ARCHIVED,
        said="Mohon disebutkan kantor, hari dan layanan yang dimaksud; Anda dapat mengajukan lagi.",
        archived_for=ArchiveReason.TOO_GENERAL,
    ),
    Case(
        category="JALAN",
        title="Lubang di jalan nasional",
        body="Lubang selebar satu meter di lajur kiri, sangat berbahaya di malam hari.",
        goal=_S.OUT_OF_JURISDICTION,
        said="Ruas ini jalan nasional; laporan Anda kami teruskan ke balai yang berwenang.",
        place="Jalan lintas, kilometer 9",
        spot=("3.620400", "98.640300"),
        reporter="Warga Dua Belas",
    ),
    Case(
        category="KTP",
        title="Blanko KTP-el selalu habis",
        body="Sudah dua kali datang dan dijawab blanko habis. Sama dengan tetangga saya.",
        goal=_S.MERGED,
        reporter="Warga Tiga Belas",
    ),
    Case(
        category="SAMPAH",
        title="Bak sampah di depan rumah rusak",
        body="Tutup bak sampah lepas.",
        goal=_S.WITHDRAWN,
        said="Sudah diperbaiki warga sendiri.",
        reporter="Warga Empat Belas",
    ),
    Case(
        category="PELANGGARAN",
        title="Permintaan uang untuk mempercepat berkas",
        body="Seorang pegawai loket meminta uang agar berkas didahulukan. Saya punya rekaman"
        " percakapannya.",
        goal=_S.VERIFIED,
    ),
)
"""Reports that are open, or ended without an answer."""

"""What each kind of post is to achieve in a year, and what its day consists of.

``{field}`` stands for what the unit is there for, ``{unit}`` for its name. A goal's first measure
counts something; the daily activities of that goal add to it.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator (IKI) with its target per period; ``high`` only for a range."""

    aspect: str
    title: str
    unit: str
    low: Decimal
    high: Decimal | None = None
    direction: str = "higher"
    accumulation: str = "sum"
    every: str = "month"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target (RHK); ``weight`` None marks an additional one.

    supports: number of the superior's target that it serves.
    """

    title: str
    weight: int | None
    supports: int
    measures: tuple[Measure, ...]
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A post; ``degrees`` are the ways in which a holder's name is written."""

    title: str
    kind: str
    level: str
    goals: tuple[Goal, ...]
    degrees: tuple[str, ...] = ("{}", "{}, S.E.", "{}, S.Sos.", "{}, A.Md.")
    ages: tuple[int, int] = (24, 55)


def count(title: str, unit: str, target: int, every: str = "month") -> Measure:
    """Return an indicator of quantity, summed over the year."""
    return Measure("kuantitas", title, unit, Decimal(target), every=every)


def quality(title: str, unit: str, target: str, every: str = "quarter") -> Measure:
    """Return an indicator of quality, averaged over the year."""
    return Measure("kualitas", title, unit, Decimal(target), accumulation="average", every=every)


def time(title: str, unit: str, target: str) -> Measure:
    """Return an indicator of time, where less is better."""
    return Measure("waktu", title, unit, Decimal(target), direction="lower", accumulation="average")


def cost(title: str, low: str, high: str) -> Measure:
    """Return an indicator of cost that has to stay between two bounds."""
    return Measure(
        "biaya", title, "persen", Decimal(low), Decimal(high), "range", "latest", "quarter"
    )


REPORTS = Goal(
    "Tersampaikannya laporan kerja yang lengkap dan tepat waktu",
    20,
    3,
    (
        count("Jumlah laporan kerja yang disampaikan", "laporan", 4),
        time("Keterlambatan penyampaian laporan", "hari", "1"),
    ),
    ("Menyusun laporan mingguan", "Merekap data hasil kerja", "Melengkapi dokumen pendukung"),
)
COORDINATION = Goal(
    "Terlaksananya koordinasi lintas perangkat daerah",
    None,
    2,
    (count("Jumlah rapat koordinasi yang ditindaklanjuti", "rapat", 3, "quarter"),),
    ("Mengikuti rapat koordinasi perangkat daerah", "Menindaklanjuti hasil rapat"),
)
COMMITTEE = Goal(
    "Terlaksananya tugas kepanitiaan kegiatan pemerintah daerah",
    None,
    2,
    (count("Jumlah kegiatan kepanitiaan yang diikuti", "kegiatan", 1, "quarter"),),
    ("Mempersiapkan kegiatan kepanitiaan",),
)

LEADING = (
    Goal(
        "Meningkatnya mutu layanan {field}",
        40,
        1,
        (
            count("Jumlah perbaikan layanan {field} yang diterapkan", "perbaikan", 2, "quarter"),
            quality("Indeks kepuasan masyarakat atas layanan {field}", "indeks", "84.5"),
            time("Rata-rata waktu tanggap atas pengaduan", "hari", "3"),
        ),
        ("Meninjau loket dan tempat layanan", "Membahas tindak lanjut pengaduan masyarakat"),
    ),
    Goal(
        "Terlaksananya program {field} sesuai rencana",
        35,
        2,
        (
            count("Jumlah kegiatan {field} yang selesai sesuai jadwal", "kegiatan", 6),
            quality("Capaian keluaran program {field}", "persen", "95"),
        ),
        (
            "Memimpin rapat evaluasi kegiatan",
            "Memeriksa kemajuan pekerjaan staf",
            "Memberi arahan dan umpan balik kepada staf",
        ),
    ),
    Goal(
        "Terwujudnya akuntabilitas kinerja dan anggaran {unit}",
        25,
        3,
        (
            count("Jumlah laporan kinerja yang disahkan", "laporan", 1),
            cost("Serapan anggaran terhadap rencana kas", "90", "105"),
        ),
        ("Memeriksa laporan keuangan dan kinerja", "Menelaah dan menandatangani naskah dinas"),
    ),
)
HEAD_DEGREES = ("{}, S.E., M.Si.", "{}, S.Sos., M.AP.", "Drs. {}, M.Si.", "{}, S.STP., M.Si.")


def leader(title: str, kind: str, level: str, *degrees: str) -> Job:
    """Return the post of somebody who heads a unit."""
    goals = (*LEADING, COORDINATION)
    return Job(title, kind, level, goals, degrees or HEAD_DEGREES, (41, 56))


HEADS = {
    "agency": leader("Kepala {unit}", "jpt", "pratama"),
    "secretary": leader("Sekretaris Daerah", "jpt", "pratama"),
    "inspector": leader("Inspektur", "jpt", "pratama"),
    "division": leader("Kepala {unit}", "administrasi", "administrator"),
    "section": leader("Kepala {unit}", "administrasi", "pengawas"),
    "district": leader("Camat {place}", "administrasi", "administrator"),
    "village": leader("Lurah {place}", "administrasi", "pengawas"),
    "hospital": leader("Direktur {unit}", "administrasi", "administrator", "dr. {}, M.Kes."),
    "health_centre": leader("Kepala {unit}", "fungsional", "muda", "dr. {}", "drg. {}"),
    "school": leader("Kepala {unit}", "fungsional", "madya", "{}, S.Pd., M.Pd.", "Drs. {}"),
}

SECRETARY = leader("Sekretaris {unit}", "administrasi", "administrator")

TEACHING = (
    Goal(
        "Meningkatnya hasil belajar peserta didik",
        50,
        1,
        (
            count("Jumlah jam pembelajaran yang dilaksanakan", "jam pelajaran", 96),
            quality("Rata-rata ketuntasan belajar peserta didik", "persen", "85"),
        ),
        ("Mengajar sesuai jadwal kelas", "Membimbing remedial dan pengayaan"),
    ),
    Goal(
        "Tersedianya perangkat dan penilaian pembelajaran",
        30,
        2,
        (
            count("Jumlah modul ajar yang disusun", "modul", 4),
            time("Waktu pengembalian hasil penilaian kepada peserta didik", "hari", "5"),
        ),
        ("Menyusun modul ajar", "Memeriksa tugas dan ulangan peserta didik"),
    ),
    Goal(
        "Terjalinnya komunikasi dengan orang tua peserta didik",
        20,
        1,
        (
            count("Jumlah pertemuan dengan orang tua", "pertemuan", 3),
            quality("Indeks kepuasan orang tua", "indeks", "83"),
        ),
        ("Menemui orang tua peserta didik", "Mengisi catatan perkembangan peserta didik"),
    ),
    COMMITTEE,
)
TEACHER_DEGREES = ("{}, S.Pd.", "{}, S.Pd.", "{}, S.Pd.I.", "{}, S.Pd., M.Pd.")

NURSING = (
    Goal(
        "Terlaksananya asuhan keperawatan sesuai standar",
        60,
        1,
        (
            count("Jumlah asuhan keperawatan", "pasien", 160),
            quality("Kepatuhan terhadap prosedur keselamatan pasien", "persen", "95"),
        ),
        ("Melakukan pengkajian keperawatan", "Memberikan asuhan keperawatan", "Memantau pasien"),
    ),
    Goal(
        "Terwujudnya pelayanan yang cepat dan ramah",
        20,
        1,
        (
            count("Jumlah edukasi kesehatan kepada keluarga pasien", "edukasi", 12),
            time("Waktu tunggu pasien", "menit", "30"),
            quality("Indeks kepuasan pasien", "indeks", "85"),
        ),
        ("Memberi edukasi kepada pasien dan keluarga",),
    ),
    REPORTS,
)
MEDICINE = (
    Goal(
        "Terlaksananya pelayanan medis sesuai standar",
        60,
        1,
        (
            count("Jumlah pemeriksaan pasien", "pasien", 280),
            quality("Kelengkapan rekam medis", "persen", "95"),
        ),
        ("Memeriksa pasien rawat jalan", "Melakukan tindakan medis", "Kunjungan pasien"),
    ),
    Goal(
        "Menurunnya waktu tunggu pelayanan",
        20,
        1,
        (
            count("Jumlah konsultasi dan rujukan yang diselesaikan", "rujukan", 14),
            time("Waktu tunggu pemeriksaan dokter", "menit", "40"),
        ),
        ("Menyelesaikan rujukan pasien",),
    ),
    REPORTS,
)
CIVIL_REGISTRY = (
    Goal(
        "Terselesaikannya dokumen kependudukan tepat waktu",
        50,
        1,
        (
            count("Jumlah dokumen kependudukan yang diterbitkan", "dokumen", 240),
            time("Rata-rata waktu penyelesaian dokumen", "jam", "24"),
        ),
        (
            "Memverifikasi berkas permohonan KTP-el",
            "Menerbitkan kartu keluarga",
            "Memproses akta kelahiran",
            "Menerbitkan surat pindah",
        ),
    ),
    Goal(
        "Terwujudnya pelayanan loket yang ramah dan responsif",
        30,
        1,
        (
            count("Jumlah pemohon yang dilayani", "orang", 300),
            quality("Indeks kepuasan pemohon", "indeks", "86"),
        ),
        ("Melayani pemohon di loket", "Menjawab pertanyaan warga melalui kanal daring"),
    ),
    REPORTS,
)
ENFORCEMENT = (
    Goal(
        "Terpeliharanya ketertiban umum dan ketenteraman masyarakat",
        50,
        1,
        (
            count("Jumlah patroli wilayah", "patroli", 20),
            time("Waktu tanggap laporan gangguan ketertiban", "menit", "45"),
        ),
        ("Patroli wilayah", "Menindaklanjuti laporan warga", "Pengamanan kegiatan"),
    ),
    Goal(
        "Ditegakkannya peraturan daerah secara persuasif",
        30,
        2,
        (
            count("Jumlah pembinaan pelanggar peraturan daerah", "pembinaan", 8),
            quality("Pelanggar yang mematuhi setelah pembinaan", "persen", "80"),
        ),
        ("Membina pedagang kaki lima", "Memeriksa izin usaha di lapangan"),
    ),
    REPORTS,
)


def specialist(noun: str, unit: str, monthly: int, activities: tuple[str, ...]) -> tuple[Goal, ...]:
    """Return the targets of a post that turns out one kind of work."""
    return (
        Goal(
            f"Terselesaikannya {noun} untuk mendukung {{field}}",
            50,
            2,
            (
                count(f"Jumlah {noun} yang diselesaikan", unit, monthly),
                quality(f"Hasil penilaian mutu {noun}", "nilai", "85"),
            ),
            activities,
        ),
        Goal(
            "Terpenuhinya kebutuhan pengguna layanan {field}",
            30,
            1,
            (
                count("Jumlah permintaan layanan yang ditangani", "permintaan", 18),
                time("Rata-rata waktu penyelesaian permintaan", "hari", "3"),
            ),
            ("Menangani permintaan layanan", "Memberi konsultasi kepada pengguna layanan"),
        ),
        REPORTS,
        COORDINATION,
    )


def functional(title: str, level: str, goals: tuple[Goal, ...], *degrees: str) -> Job:
    """Return a functional post."""
    return Job(title, "fungsional", level, goals, degrees or ("{}, S.E.", "{}, S.T.", "{}, S.IP."))


def clerk(title: str, noun: str, unit: str, monthly: int, *activities: str) -> Job:
    """Return an executive post (pelaksana)."""
    return Job(title, "administrasi", "pelaksana", specialist(noun, unit, monthly, activities))


AUDITING = specialist(
    "hasil pengawasan",
    "dokumen",
    3,
    ("Memeriksa dokumen audit", "Menyusun kertas kerja audit", "Reviu laporan keuangan"),
)
PLANNING = specialist(
    "dokumen perencanaan",
    "dokumen",
    4,
    ("Menyusun rancangan rencana kerja", "Mengolah usulan musrenbang", "Menelaah data capaian"),
)
PERSONNEL = specialist(
    "berkas kepegawaian",
    "berkas",
    60,
    ("Memverifikasi usul kenaikan pangkat", "Memutakhirkan data pegawai", "Memproses usul cuti"),
)
COMPUTING = specialist(
    "pekerjaan sistem informasi",
    "pekerjaan",
    14,
    ("Memelihara jaringan dan server", "Memperbaiki aplikasi layanan", "Mencadangkan basis data"),
)
SOCIAL = specialist(
    "pendampingan warga",
    "warga",
    24,
    ("Kunjungan rumah penerima manfaat", "Verifikasi data kesejahteraan", "Mendampingi warga"),
)

JOBS = {
    "guru_pertama": functional("Guru Ahli Pertama", "pertama", TEACHING, *TEACHER_DEGREES),
    "guru_muda": functional("Guru Ahli Muda", "muda", TEACHING, *TEACHER_DEGREES),
    "perawat_terampil": functional("Perawat Terampil", "terampil", NURSING, "{}, A.Md.Kep."),
    "perawat_mahir": functional("Perawat Mahir", "mahir", NURSING, "{}, A.Md.Kep."),
    "perawat_pertama": functional("Perawat Ahli Pertama", "pertama", NURSING, "{}, S.Kep., Ns."),
    "bidan": functional("Bidan Terampil", "terampil", NURSING, "{}, A.Md.Keb."),
    "dokter_pertama": functional("Dokter Ahli Pertama", "pertama", MEDICINE, "dr. {}"),
    "dokter_muda": functional("Dokter Ahli Muda", "muda", MEDICINE, "dr. {}", "dr. {}, Sp.PD."),
    "apoteker": functional(
        "Apoteker Ahli Pertama",
        "pertama",
        specialist(
            "resep",
            "resep",
            260,
            ("Menyiapkan resep", "Memberi informasi obat", "Mencatat stok obat"),
        ),
        "apt. {}, S.Farm.",
    ),
    "auditor_pertama": functional("Auditor Ahli Pertama", "pertama", AUDITING, "{}, S.E., Ak."),
    "auditor_muda": functional("Auditor Ahli Muda", "muda", AUDITING, "{}, S.E., M.Ak."),
    "auditor_madya": functional("Auditor Ahli Madya", "madya", AUDITING, "{}, S.E., M.Ak."),
    "perencana_pertama": functional("Perencana Ahli Pertama", "pertama", PLANNING),
    "perencana_muda": functional("Perencana Ahli Muda", "muda", PLANNING),
    "analis_sdm_pertama": functional(
        "Analis Sumber Daya Manusia Aparatur Ahli Pertama", "pertama", PERSONNEL
    ),
    "analis_sdm_muda": functional(
        "Analis Sumber Daya Manusia Aparatur Ahli Muda", "muda", PERSONNEL
    ),
    "prakom_terampil": functional(
        "Pranata Komputer Terampil", "terampil", COMPUTING, "{}, A.Md.Kom."
    ),
    "prakom_pertama": functional(
        "Pranata Komputer Ahli Pertama", "pertama", COMPUTING, "{}, S.Kom."
    ),
    "adminduk": functional(
        "Administrator Database Kependudukan Ahli Pertama", "pertama", CIVIL_REGISTRY, "{}, S.Kom."
    ),
    "loket_dukcapil": Job(
        "Operator Layanan Kependudukan", "administrasi", "pelaksana", CIVIL_REGISTRY
    ),
    "peksos": functional("Pekerja Sosial Ahli Pertama", "pertama", SOCIAL, "{}, S.Tr.Sos."),
    "perizinan": functional(
        "Penata Perizinan Ahli Pertama",
        "pertama",
        specialist("izin usaha", "izin", 45, ("Memeriksa berkas izin", "Tinjauan lokasi usaha")),
    ),
    "satpol": functional("Polisi Pamong Praja Terampil", "terampil", ENFORCEMENT, "{}"),
    "satpol_mahir": functional("Polisi Pamong Praja Mahir", "mahir", ENFORCEMENT, "{}", "{}, S.H."),
    "arsiparis": functional(
        "Arsiparis Terampil",
        "terampil",
        specialist("pemberkasan arsip", "berkas", 50, ("Memberkaskan arsip", "Menata arsip")),
        "{}, A.Md.",
    ),
    "teknik": clerk(
        "Pengelola Prasarana Kota",
        "pemeriksaan prasarana",
        "lokasi",
        16,
        "Memeriksa jalan dan drainase",
        "Mengukur kerusakan di lapangan",
    ),
    "kebersihan": clerk(
        "Pengelola Kebersihan Lingkungan",
        "pemantauan kebersihan",
        "lokasi",
        30,
        "Memantau pengangkutan sampah",
        "Memeriksa tempat penampungan sementara",
    ),
    "perhubungan": clerk(
        "Pengelola Lalu Lintas",
        "pengaturan lalu lintas",
        "lokasi",
        24,
        "Mengatur lalu lintas jam sibuk",
        "Memeriksa rambu dan marka",
    ),
    "administrasi": clerk(
        "Pengadministrasi Perkantoran",
        "surat dan naskah dinas",
        "surat",
        70,
        "Mencatat surat masuk",
        "Mengetik naskah dinas",
        "Mendistribusikan surat",
    ),
    "keuangan": clerk(
        "Pengelola Keuangan",
        "dokumen keuangan",
        "dokumen",
        40,
        "Memeriksa kuitansi dan faktur",
        "Menyusun surat permintaan pembayaran",
        "Merekonsiliasi buku kas",
    ),
    "warga": clerk(
        "Pengelola Layanan Kependudukan Wilayah",
        "surat pengantar warga",
        "surat",
        90,
        "Melayani surat keterangan warga",
        "Memverifikasi berkas pengantar",
        "Mendata warga penerima bantuan",
    ),
}

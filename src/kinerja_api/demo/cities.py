"""The five governments: what their units and people are called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Given names and what follows them, separated by spaces.

    The prefixes stand before some of the given names.
    """

    male: str
    female: str
    last: str
    male_prefixes: tuple[str, ...] = ()
    female_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class District:
    """A kecamatan with its kelurahan."""

    name: str
    villages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """One government; ``staffing`` multiplies the usual number of people per post."""

    code: str
    name: str
    time_zone: str
    mayor: str
    staffing: float
    hospital: str
    schools: tuple[str, ...]
    health_centres: tuple[str, ...]
    districts: tuple[District, ...]
    with_planning_agencies: bool
    names: tuple[Names, ...]


MEDAN = City(
    code="medan",
    name="Kota Medan",
    time_zone="Asia/Jakarta",
    mayor="Parlindungan Hasibuan Daulay",
    staffing=1.05,
    hospital="RSUD Deli Harapan",
    schools=(
        "SD Negeri 060841",
        "SD Negeri 064012",
        "SD Negeri 067247",
        "SMP Negeri 51",
        "SMP Negeri 52",
    ),
    health_centres=("Petisah Hulu", "Padang Bulan Selatan", "Sei Sikambing"),
    districts=(
        District("Medan Baru", ("Darat", "Titi Rantai")),
        District("Medan Petisah", ("Sekip", "Petisah Tengah")),
    ),
    with_planning_agencies=True,
    names=(
        Names(
            male=(
                "Ahmad Binsar Chairul Dedi Edison Fahrizal Gunawan Hotman Irwansyah Jonner Khairul "
                "Luhut Marulam Nazaruddin Parlin Rahmat Saut Togar Ucok Wandi Yusril Zulham Rizky "
                "Bonar Ibnu Mangasi Syahrial Tigor Dicky Ronald"
            ),
            female=(
                "Afni Bertha Citra Debora Elfrida Fitriani Gustina Halimah Ida Juliana Khairani "
                "Lamria Masdalena Nurhayati Ornella Poniyem Rosmaida Siti Tiurma Ummi Vera Wardah "
                "Yusnidar Zubaidah Rini Melva Duma Hotnida Nurul Sartika"
            ),
            last=(
                "Siregar Harahap Nasution Lubis Simanjuntak Ginting Tarigan Sembiring Hutapea "
                "Sinaga Sitorus Pane Daulay Rangkuti Batubara Pohan Matondang Purba Saragih "
                "Damanik Manurung Sihombing Tampubolon Hasibuan Karo-Karo Perangin-angin Tanjung "
                "Barus Surbakti Pulungan"
            ),
        ),
    ),
)

MAKASSAR = City(
    code="makassar",
    name="Kota Makassar",
    time_zone="Asia/Makassar",
    mayor="Andi Baharuddin Mappasessu",
    staffing=1.0,
    hospital="RSUD Losari",
    schools=(
        "SD Negeri Mangkura Jaya",
        "SD Negeri Tamalate Indah",
        "SD Negeri Bontorannu",
        "SMP Negeri 61",
        "SMP Negeri 62",
    ),
    health_centres=("Buakana", "Karampuang", "Tamangapa"),
    districts=(
        District("Rappocini", ("Buakana", "Mappala")),
        District("Panakkukang", ("Karampuang", "Pandang")),
    ),
    with_planning_agencies=True,
    names=(
        Names(
            male=(
                "Abdullah Baso Darwis Faisal Haeruddin Ilham Jufri Kamaruddin Lukman Mansyur "
                "Nasrun Rustam Saharuddin Takdir Usman Wahyudin Yunus Zainal Akbar Baharuddin "
                "Idham Muhlis Rahmat Sudirman Syamsul Taufik Arham Burhan Hamka Irfan"
            ),
            female=(
                "Asriani Besse Darmawati Fatmawati Hasnah Indrawati Jumriah Kasmawati Marwah "
                "Nurlina Rosdiana Sitti Tenri Wahidah Yuliana Zulfiah Hartina Irmayanti Mardiana "
                "Nirwana Rahmatia Salmiah Suriani Syamsiah Ratna Hajrah Nurbaya Musdalifah "
                "Ernawati Kartini"
            ),
            last=(
                "Syamsuddin Mappatoba Tahir Rauf Mattalatta Pawelloi Hamid Said Nur Makkasau "
                "Palaguna Arsyad Bakri Dahlan Halim Ibrahim Jafar Kadir Latief Mallombasi Natsir "
                "Patunru Rasyid Sappewali Thamrin Umar Wahab Yusuf Zakaria"
            ),
            male_prefixes=("Andi", "Muh.", "Muh.", "Abd."),
            female_prefixes=("Andi", "Nur", "St."),
        ),
    ),
)

CAKRANEGARA = City(
    code="cakranegara",
    name="Cakranegara",
    time_zone="Asia/Makassar",
    mayor="Lalu Wirasakti Putrawan",
    staffing=1.1,
    hospital="RSUD Mayura",
    schools=("SD Negeri 71 Cakranegara", "SD Negeri 72 Cakranegara", "SMP Negeri 41"),
    health_centres=("Cakranegara", "Karang Taliwang"),
    districts=(
        District("Mayura", ("Cilinaya", "Sapta Marga")),
        District("Sayang-Sayang", ("Selagalas", "Bertais")),
    ),
    with_planning_agencies=False,
    names=(
        Names(
            male=(
                "Hamzanwadi Mahrup Muhsin Rusdi Saefudin Sahrul Suparman Suryadi Zaenuri Zulkifli "
                "Hariadi Ihsan Mustiadi Turmuzi Fathul Azhar Wirya Ahyar"
            ),
            female=(
                "Fitri Hidayati Mariani Maryam Ni'mah Rabiah Rohani Sulastri Wirdani Yuniarti "
                "Zohriah Laili Murni Nurhasanah Raehanun Sakinah Uswatun Husniati"
            ),
            last=(
                "Hakim Hadi Rahman Sanusi Jayadi Fauzi Wirawan Mujtahid Supriadi Kertanegara "
                "Muliadi Syarifuddin Gunadi Setiawan Makbul Wathoni Ardiansyah Sumardi"
            ),
            male_prefixes=("Lalu", "H.", "Lalu"),
            female_prefixes=("Baiq", "Hj.", "Baiq"),
        ),
        Names(
            male=("Made Nyoman Ketut Wayan Gede Komang Kadek Putu Bagus Agung Dharma Artha"),
            female=("Ayu Dewi Luh Made Nyoman Ketut Wayan Komang Kadek Putu Suarni Murti"),
            last=(
                "Wijaya Suardana Artawan Suryawan Sudarma Mahendra Arimbawa Parwata Adnyana "
                "Sukerti Wiranata Kusuma Pratama Anggraini Astawa Widnyana"
            ),
            male_prefixes=("I", "Ida Bagus", "I"),
            female_prefixes=("Ni", "Ida Ayu", "Ni"),
        ),
    ),
)

SALATIGA = City(
    code="salatiga",
    name="Kota Salatiga",
    time_zone="Asia/Jakarta",
    mayor="Bambang Suryo Hadiningrat",
    staffing=1.05,
    hospital="RSUD Ngawen",
    schools=("SD Negeri Sidorejo 21", "SD Negeri Tingkir 11", "SMP Negeri 21", "SMP Negeri 22"),
    health_centres=("Sidorejo", "Tegalrejo"),
    districts=(
        District("Sidorejo", ("Bugel", "Kauman Kidul")),
        District("Tingkir", ("Tingkir Lor", "Gendongan")),
    ),
    with_planning_agencies=True,
    names=(
        Names(
            male=(
                "Agung Bambang Bayu Catur Dwi Eko Galih Heru Imam Joko Kuncoro Lilik Mulyono "
                "Nugroho Paulus Priyo Rudi Slamet Sugeng Teguh Untung Wahyu Yohanes Yulianto "
                "Andreas Budi Darmawan Hananto Stefanus Tri"
            ),
            female=(
                "Agnes Anik Bernadeta Christina Dian Endang Esti Fransiska Hastuti Indah Kristiana "
                "Lestari Maria Niken Nining Puji Retno Ratih Sri Suharti Theresia Tri Tutik Umi "
                "Veronika Wahyuni Widya Yuliana Yekti Dwi"
            ),
            last=(
                "Santoso Wibowo Prasetyo Handayani Nugroho Setyawan Purnomo Widodo Hartono Raharjo "
                "Susanto Kurniawan Wicaksono Utomo Rahayu Haryanto Sulistyo Prabowo Wijayanti "
                "Saputro Suryaningsih Atmojo Kristanto Adiputra Hidayat Pamungkas Cahyono Mulyani "
                "Sasongko Kusumawardani"
            ),
        ),
    ),
)

PANGKALPINANG = City(
    code="pangkalpinang",
    name="Kota Pangkalpinang",
    time_zone="Asia/Jakarta",
    mayor="Zulkarnaen Effendi Rusli",
    staffing=1.05,
    hospital="RSUD Pasir Padi",
    schools=("SD Negeri 81", "SD Negeri 82", "SMP Negeri 31", "SMP Negeri 32"),
    health_centres=("Melintang", "Air Itam"),
    districts=(
        District("Rangkui", ("Gajah Mada", "Melintang")),
        District("Bukit Intan", ("Pasir Putih", "Air Itam")),
    ),
    with_planning_agencies=False,
    names=(
        Names(
            male=(
                "Akhmad Dodi Elvian Febri Hendri Iskandar Jaka Kurnia Marzuki Noviar Oktavian "
                "Rudianto Ryan Syafri Suhaili Tamrin Wandi Yuliar Zamhari Zulfikar Alfian Damiri "
                "Hasan Yudi"
            ),
            female=(
                "Ardiana Budiarti Dessy Elvira Gita Herlina Ike Juwita Komala Novita Oktarina "
                "Puspita Rusmiati Septiana Susanti Tuti Winda Yulia Yusmiati Zaleha Mega Erni "
                "Rosita Hartati"
            ),
            last=(
                "Effendi Apriyadi Rusli Hamidi Sopian Djohan Gustiawan Mulya Oktaviani Permana "
                "Ramadhan Safitri Usman Wahyudi Yusuf Zulkarnain Alamsyah Bustami Darwin "
                "Firmansyah Hidayat Junaidi Kurniawan Asmara Saputra"
            ),
        ),
        Names(
            male=("Robert Steven Hendra Andre Rudy Johan Willy Fendi Darius Edy"),
            female=("Fenny Liana Meilina Vivin Lisa Selvi Yenny Silvia Merry Aling"),
            last=("Lim Bong Tjhin Tjung Tanzil Halim Wijaya Salim Gunawan Hartono"),
        ),
    ),
)

CITIES = (MEDAN, MAKASSAR, CAKRANEGARA, SALATIGA, PANGKALPINANG)

"""Kinds, classes, states and events of a citizen's report."""

from enum import StrEnum


class ReportKind(StrEnum):
    """What a citizen sends (jenis laporan, SP4N-LAPOR!)."""

    PENGADUAN = "pengaduan"
    ASPIRASI = "aspirasi"
    PERMINTAAN_INFORMASI = "permintaan_informasi"
    PELAPORAN_PELANGGARAN = "pelaporan_pelanggaran"


class ReportClass(StrEnum):
    """What an officer finds it to be (klasifikasi): it decides the service levels."""

    PENGADUAN_TIDAK_BERKADAR_PENGAWASAN = "pengaduan_tidak_berkadar_pengawasan"
    PENGADUAN_BERKADAR_PENGAWASAN = "pengaduan_berkadar_pengawasan"
    ASPIRASI = "aspirasi"
    PERMINTAAN_INFORMASI = "permintaan_informasi"
    PELAPORAN_PELANGGARAN = "pelaporan_pelanggaran"
    PEMBALASAN = "pembalasan"


FIRST_CLASS = {
    ReportKind.PENGADUAN: ReportClass.PENGADUAN_TIDAK_BERKADAR_PENGAWASAN,
    ReportKind.ASPIRASI: ReportClass.ASPIRASI,
    ReportKind.PERMINTAAN_INFORMASI: ReportClass.PERMINTAAN_INFORMASI,
    ReportKind.PELAPORAN_PELANGGARAN: ReportClass.PELAPORAN_PELANGGARAN,
}
"""The class of a report until an officer has looked at it; of retaliation: ``pembalasan``."""

SUPERVISORY = frozenset(
    {
        ReportClass.PENGADUAN_BERKADAR_PENGAWASAN,
        ReportClass.PELAPORAN_PELANGGARAN,
        ReportClass.PEMBALASAN,
    }
)
"""Classes that the inspectorate examines (berkadar pengawasan); silence never closes them."""

INSPECTED = frozenset({ReportClass.PELAPORAN_PELANGGARAN, ReportClass.PEMBALASAN})
"""Classes that the inspectorate alone leads, from the first moment."""


class Channel(StrEnum):
    """By which way a report came (kanal)."""

    WEB = "web"
    MOBILE = "mobile"
    COUNTER = "counter"
    PHONE = "phone"
    LETTER = "letter"
    SOCIAL_MEDIA = "social_media"
    MUSRENBANG = "musrenbang"
    OPEN311 = "open311"
    NATIONAL = "national"


PUBLIC_CHANNELS = frozenset({Channel.WEB, Channel.MOBILE})
"""Channels that a caller without login may name; officers enter the rest for people."""


class Lead(StrEnum):
    """Who leads a report: the complaints office or, under the conflict guard, the inspectorate."""

    OFFICER = "officer"
    INSPECTORATE = "inspectorate"


class ReportStatus(StrEnum):
    """Where a report stands; the Indonesian words are its labels."""

    RECEIVED = "received"
    AWAITING_INFORMATION = "awaiting_information"
    VERIFIED = "verified"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_OTHER_PARTY = "awaiting_other_party"
    REPLY_PROPOSED = "reply_proposed"
    ANSWERED = "answered"
    CLOSED = "closed"
    ARCHIVED = "archived"
    OUT_OF_JURISDICTION = "out_of_jurisdiction"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


OPEN = frozenset(
    {
        ReportStatus.RECEIVED, ReportStatus.AWAITING_INFORMATION, ReportStatus.VERIFIED,
        ReportStatus.ASSIGNED, ReportStatus.IN_PROGRESS, ReportStatus.AWAITING_OTHER_PARTY,
        ReportStatus.REPLY_PROPOSED,
    }
)  # fmt: skip
"""Statuses in which somebody still owes the citizen an answer."""

ENDED = frozenset(
    {
        ReportStatus.CLOSED, ReportStatus.ARCHIVED, ReportStatus.OUT_OF_JURISDICTION,
        ReportStatus.MERGED, ReportStatus.WITHDRAWN,
    }
)  # fmt: skip
"""Statuses in which nothing is owed any more."""


class ReportEvent(StrEnum):
    """What happens to a report; each is one row of its event log."""

    RECEIVE = "receive"
    VERIFY = "verify"
    ASK = "ask"
    INFORM = "inform"
    LAPSE_INFORMATION = "lapse_information"
    ASSIGN = "assign"
    RETURN = "return"
    ACCEPT = "accept"
    WAIT = "wait"
    RESUME = "resume"
    PROPOSE_REPLY = "propose_reply"
    REJECT_REPLY = "reject_reply"
    APPROVE_REPLY = "approve_reply"
    CONFIRM = "confirm"
    SIGN_OFF = "sign_off"
    LAPSE_SILENCE = "lapse_silence"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    ARCHIVE = "archive"
    APPEAL = "appeal"
    REFER = "refer"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    DISOWN = "disown"
    TAKE_OVER = "take_over"
    ANSWER_FIRST = "answer_first"
    MESSAGE = "message"
    PROPOSE_CLASS = "propose_class"
    RECLASSIFY = "reclassify"
    EXTEND = "extend"
    NAME_ACCUSED = "name_accused"
    RAISE_CONFIDENTIALITY = "raise_confidentiality"
    LOWER_CONFIDENTIALITY = "lower_confidentiality"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    REMIND = "remind"


class PartyKind(StrEnum):
    """Who caused an event or wrote a message."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class PauseReason(StrEnum):
    """Why a clock stands; for nothing else it may."""

    AWAITING_CITIZEN = "awaiting_citizen"
    AWAITING_OTHER_AGENCY = "awaiting_other_agency"
    LEGAL_PROCESS = "legal_process"
    FORCE_MAJEURE = "force_majeure"


class ArchiveReason(StrEnum):
    """Why a report is archived; the citizen sees it and may appeal once."""

    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    TOO_GENERAL = "too_general"
    NOT_GOVERNMENT_PERFORMANCE = "not_government_performance"
    SPAM = "spam"


class CloseReason(StrEnum):
    """How an answered report came to its end."""

    CONFIRMED = "confirmed"
    SIGNED_OFF = "signed_off"
    SILENCE = "silence"


class SegmentEnd(StrEnum):
    """How a unit's or handler's part of the work ended."""

    RETURNED = "returned"
    REASSIGNED = "reassigned"
    ANSWERED = "answered"
    TAKEN_OVER = "taken_over"
    ENDED = "ended"


class ReplyStatus(StrEnum):
    """Where a proposed reply stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DROPPED = "dropped"


class Audience(StrEnum):
    """Who reads a message: the citizen, or the people who work on the report."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Outcome(StrEnum):
    """What an examination of an accused official found (hasil pemeriksaan)."""

    TERBUKTI = "terbukti"
    TERBUKTI_SEBAGIAN = "terbukti_sebagian"
    TIDAK_TERBUKTI = "tidak_terbukti"
    TIDAK_DAPAT_DIPERIKSA = "tidak_dapat_diperiksa"


SUBSTANTIATED = frozenset({Outcome.TERBUKTI, Outcome.TERBUKTI_SEBAGIAN})
"""Outcomes that may, after every dispute, touch a person's score."""


class Severity(StrEnum):
    """How grave a substantiated finding is (PP 94/2021 art. 8: hukuman disiplin)."""

    RINGAN = "ringan"
    SEDANG = "sedang"
    BERAT = "berat"


class FindingStatus(StrEnum):
    """Where a finding about an official stands."""

    FOUND = "found"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    REVERSED = "reversed"


class DisputeStatus(StrEnum):
    """Where an official's dispute of a finding (sanggah) stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"

"""What services can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    UnknownReference,
    Unprocessable,
    on_constraint,
)
from kinerja_api.organisation.errors import EndsBeforeStart


class ServiceCodeTaken(Conflict):
    code = "service_code_taken"


class ServiceInactive(Conflict):
    """A service that is no longer given takes no transactions and no ratings."""

    code = "service_inactive"


class NotServiceKeeper(Forbidden):
    """Services are kept by the personnel agency and by heads of the unit or of one above."""

    code = "not_service_keeper"


class StandardOverlaps(Conflict):
    """A service has one standard on a day."""

    code = "standard_overlaps"


class StandardIncomplete(Unprocessable):
    """A row gives a standard whole or not at all."""

    code = "standard_incomplete"


class NotServiceStaff(Forbidden):
    """Transactions are kept by the people of the unit, of those below it, and by its heads."""

    code = "not_service_staff"


class TimeInFuture(Unprocessable):
    code = "time_in_future"


class TimesOutOfOrder(Unprocessable):
    """Received, complete, pauses one after the other, then done or cancelled."""

    code = "times_out_of_order"


class CancelReasonMissing(Unprocessable):
    """A cancelled transaction has a reason, and no other has one."""

    code = "cancel_reason_missing"


class PersonalNumberRefused(Unprocessable):
    """A text holds 16 digits in a row: a citizen's number is not kept here."""

    code = "personal_number_refused"


class TransactionRowDiffers(Unprocessable):
    """The rows of one transaction differ in their pauses only."""

    code = "transaction_row_differs"


class TransactionNameRepeated(Unprocessable):
    """Each transaction of a batch has a client_ref of its own."""

    code = "transaction_name_repeated"


class TransactionNameTaken(Conflict):
    """The client_ref was given before, to a transaction of other content."""

    code = "transaction_name_taken"


class TransactionsRefused(Unprocessable):
    """An item of an atomic batch is refused; ``errors`` name each, and nothing was written."""

    code = "transactions_refused"


class TokenDaysRefused(Unprocessable):
    """Rating tokens hold from today for a year at most."""

    code = "token_days_refused"


class RatingTokenRefused(Conflict):
    """Used before, expired or never issued: which of these is not told."""

    code = "rating_token_refused"


on_constraint("services_code_key", ServiceCodeTaken, "/code")
on_constraint("services_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("service_standards_dates_check", EndsBeforeStart, "/ends_on")
on_constraint("transactions_handler_id_fkey", UnknownReference, "/handler_id")
on_constraint("transactions_ref_check", PersonalNumberRefused, "/ref")

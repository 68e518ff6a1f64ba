"""What scoring can refuse."""

from kinerja_api.core.problems import Conflict, Unprocessable, on_constraint


class ClosingExists(Conflict):
    """A period takes no second closing while one is queued, running or done."""

    code = "closing_exists"


class PeriodNotOver(Conflict):
    """A period whose last day has not passed is closed only with a reason."""

    code = "period_not_over"


class RuleSetMissing(Unprocessable):
    """No rule set of this service is valid on the period's last day."""

    code = "rule_set_missing"


on_constraint("closings_standing_key", ClosingExists)
on_constraint("closings_number_key", ClosingExists)

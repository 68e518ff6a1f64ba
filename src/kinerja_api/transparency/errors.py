"""Problems of what everybody reads."""

from kinerja_api.core.problems import NotFound


class PeriodUnderWay(NotFound):
    """Figures are told once their period is over."""

    code = "period_under_way"

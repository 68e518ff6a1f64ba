"""The policy in force on a day, with the basis that its norms name."""

import datetime as dt

from sqlalchemy import Date, Text, Uuid, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.rules import NormKey
from kinerja_api.organisation.tables import norms
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.rule_sets.plugin import RuleSet

_KEYS = (
    NormKey.SCORE_CAP_PERCENT,
    NormKey.WORK_ABOVE_OVER,
    NormKey.WORK_AS_FROM,
    NormKey.BEHAVIOUR_ABOVE_FROM,
    NormKey.BEHAVIOUR_BELOW_FROM,
)


async def policy_on(reading: Reading, rule_set: RuleSet, day: dt.date) -> PolicyValues:
    """Return the numbers that the government's norms give the rule set on the day."""
    values = await norms_on(reading, day)
    return rule_set.policy_of(values, await reading.value(_basis(), day=day))


@statement
def _basis() -> Executable:
    day = bindparam("day", type_=Date)
    basis = func.string_agg(
        norms.c.basis.distinct(), aggregate_order_by(literal_column("'; '", Text), norms.c.basis)
    )
    return select(basis).where(
        norms.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        norms.c.key.in_(_KEYS),
        norms.c.starts_on <= day,
        or_(norms.c.ends_on.is_(None), norms.c.ends_on >= day),
    )

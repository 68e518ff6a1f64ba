"""The figure behind a result, explained down to the items it counted."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.rules import Source
from kinerja_api.planning.tables import periods
from kinerja_api.results.rules import FIGURE_ITEMS
from kinerja_api.results.schemas import ResultFigureOut
from kinerja_api.results.tables import derived_figures, indicator_results
from kinerja_api.services.tables import services

_MOST = 500
_PLAIN = (
    "source", "scope", "unit_id", "service_id", "employee_id", "value", "sample", "minimum",
    "measured_in", "computed_at",
)  # fmt: skip


async def get_figure(
    reading: Reading, actor: Actor, result_id: UUID, language: Language
) -> ResultFigureOut:
    """Return the figure that the result is; ResourceNotFound, also for a result that is none."""
    permission = Permission.RESULTS_READ
    found = await reading.row(
        _figure(reach=reach(actor, permission)),
        dict[str, Any],
        id=result_id,
        **scope_values(actor, permission),
    )
    if found is None:
        raise ResourceNotFound
    item_type = FIGURE_ITEMS.get(Source(found["source"]))
    return ResultFigureOut(
        **found,
        is_enough=found["value"] is not None,
        item_type=item_type,
        text=_text(found, language),
    )


def _text(figure: dict[str, Any], language: Language) -> str:
    """Return a sentence with the numbers, and one that says how they are computed."""
    value = figure["value"]
    told = "figure_not_enough" if value is None else "figure_enough"
    unit = label(figure["measured_in"], language).lower() if figure["measured_in"] else ""
    said = str(value).replace(".", ",") if language == "id" else str(value)
    first = label(
        told,
        language,
        source=label(figure["source"], language),
        subject=figure["subject_name"],
        period=figure["period_code"],
        value=f"{said} {unit}".strip(),
        sample=figure["sample"],
        minimum=figure["minimum"],
    )
    return f"{first} {label('figure_' + figure['source'], language)}"


@statement
def _figure(*, reach: Reach) -> Executable:
    figure, result = derived_figures.c, indicator_results.c
    tenant_id = bindparam("tenant_id", type_=Uuid)

    def of(table: Any, key: Any) -> Any:  # noqa: ANN401 - a table and a column
        return and_(table.c.tenant_id == tenant_id, table.c.id == key)

    names = (units.c.name, services.c.name, employees.c.name)
    return (
        select(
            result.id.label("result_id"),
            result.indicator_id,
            result.period_id,
            periods.c.code.label("period_code"),
            periods.c.starts_on.label("first_day"),
            periods.c.ends_on.label("last_day"),
            *[figure[name] for name in _PLAIN],
            func.coalesce(*names).label("subject_name"),
            figure["items"][1:_MOST].label("items"),
            func.cardinality(figure["items"]).label("item_total"),
        )
        .join_from(indicator_results, derived_figures, of(derived_figures, result.figure_id))
        .join(periods, of(periods, result.period_id))
        .outerjoin(units, of(units, figure.unit_id))
        .outerjoin(services, of(services, figure.service_id))
        .outerjoin(employees, of(employees, figure.employee_id))
        .where(
            result.tenant_id == tenant_id,
            result.id == bindparam("id", type_=Uuid),
            in_scope(result.employee_id, result.unit_id, reach=reach),
        )
    )

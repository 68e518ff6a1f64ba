"""Figures of processed documents: median, 90th percentile and share in time, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.organisation.rules import MINIMUM_SAMPLE, Figure, median, ninetieth, share
from kinerja_api.services.rules.states import ProcessingUnit


@dataclass(frozen=True, slots=True)
class Measured:
    """A transaction done in the period; is_in_time: None where no standard was in force."""

    transaction_id: UUID
    took: Decimal
    allowed: int | None
    is_in_time: bool | None


@dataclass(frozen=True, slots=True)
class ProcessingFigures:
    """Figures of a unit or service; the times are in ``processing_unit``."""

    processing_unit: ProcessingUnit
    median: Figure
    ninetieth: Figure
    on_time_share: Figure
    items: Sequence[Measured]


def common_unit(units: Sequence[ProcessingUnit]) -> ProcessingUnit:
    """Return the unit of all standards; working days where they differ or there is none."""
    return units[0] if len(set(units)) == 1 else ProcessingUnit.WORKING_DAYS


def figures_of(unit: ProcessingUnit, items: Sequence[Measured]) -> ProcessingFigures:
    """Return the figures of the items, each on what can be counted for it."""
    times = [item.took for item in items]
    every = [item.transaction_id for item in items]
    judged = [item for item in items if item.is_in_time is not None]
    in_time = sum(item.is_in_time is True for item in judged)
    is_enough, is_judged = len(times) >= MINIMUM_SAMPLE, len(judged) >= MINIMUM_SAMPLE
    return ProcessingFigures(
        processing_unit=unit,
        median=Figure(median(times) if is_enough else None, len(times), MINIMUM_SAMPLE, every),
        ninetieth=Figure(
            ninetieth(times) if is_enough else None, len(times), MINIMUM_SAMPLE, every
        ),
        on_time_share=Figure(
            share(in_time, len(judged)) if is_judged else None,
            len(judged),
            MINIMUM_SAMPLE,
            [item.transaction_id for item in judged],
        ),
        items=items,
    )

"""What a new content may not change: what is in use, and what is set for a closed period."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from kinerja_api.core.db import Reading
from kinerja_api.core.problems import FieldError
from kinerja_api.planning.commands.plans import is_closed
from kinerja_api.planning.commands.references import parts_of
from kinerja_api.planning.errors import ClosedPeriodChanged, TargetInUse
from kinerja_api.planning.queries.content import Content
from kinerja_api.planning.queries.links import find_there
from kinerja_api.planning.queries.plans import LockedPlan
from kinerja_api.planning.queries.uses import find_used
from kinerja_api.planning.rules import IN_FORCE
from kinerja_api.planning.schemas.content import IndicatorOut

_FIXED = ("unit", "direction")
"""They say what the numbers mean; another one would alter those of a closed period."""


async def refuse_changes(reading: Reading, plan: LockedPlan, live: Content, new: Content) -> None:
    """Raise if the new content may not take the place of the live one.

    Pointers lead into the new content; what was removed is missed in the list that held it.
    TargetInUse, ClosedPeriodChanged.
    """
    removed = list(_removed(live, new))
    named = {one for gone in removed for one in gone.ids}
    used = await find_used(reading, plan["employee_id"], named)
    in_use = [gone.fault(TargetInUse.code) for gone in removed if used & gone.ids]
    if in_use:
        raise TargetInUse(errors=in_use)
    closed = {str(period["id"]) for period in plan["periods"] if is_closed(period)}
    before = _placed(live, closed)
    changed = list(_changed(before, _placed(new, closed)))
    if plan["status"] in IN_FORCE:
        changed += _dropped(before, _placed(new, closed))
        frozen = {name for name, old in before.items() if old.closed}
        changed += [gone.fault(ClosedPeriodChanged.code) for gone in removed if frozen & gone.ids]
    if changed:
        raise ClosedPeriodChanged(errors=changed)


async def gone_links(reading: Reading, waiting: Content) -> list[FieldError]:
    """Return where a revision that waited carries a target or goal that was removed meanwhile."""
    named = {
        f"/targets/{number}/{name}": str(linked)
        for number, target in enumerate(waiting["targets"])
        for name, linked in (
            ("superior_target_id", target["superior_target_id"]), ("goal_id", target["goal_id"])
        )
        if linked is not None
    }  # fmt: skip
    there = await find_there(reading, set(named.values()))
    return [
        FieldError("link_gone", place) for place, linked in named.items() if linked not in there
    ]


@dataclass(frozen=True, slots=True)
class _Removed:
    """A target with its indicators, or an indicator, that the new content lacks."""

    place: str
    title: str
    ids: Set[str]

    def fault(self, code: str) -> FieldError:
        return FieldError(code, self.place, params={"title": self.title})


def _removed(live: Content, new: Content) -> Iterator[_Removed]:
    kept = parts_of(new)
    places = {str(target["id"]): number for number, target in enumerate(new["targets"])}
    for target in live["targets"]:
        target_id = str(target["id"])
        parts = {str(part["id"]): part["title"] for part in target["indicators"]}
        if target_id not in kept:
            yield _Removed("/targets", target["title"], {target_id, *parts})
            continue
        place = f"/targets/{places[target_id]}/indicators"
        for part_id, title in parts.items():
            if part_id not in kept[target_id]:
                yield _Removed(place, title, {part_id})


@dataclass(frozen=True, slots=True)
class _Placed:
    """An indicator, its place, and its targets in closed periods: place and bounds by period."""

    place: str
    indicator: IndicatorOut
    closed: dict[str, tuple[str, Sequence[object]]]


def _placed(content: Content, closed: Set[str]) -> dict[str, _Placed]:
    found: dict[str, _Placed] = {}
    for number, target in enumerate(content["targets"]):
        for position, indicator in enumerate(target["indicators"]):
            place = f"/targets/{number}/indicators/{position}"
            found[str(indicator["id"])] = _Placed(
                place,
                indicator,
                {
                    str(wanted["period_id"]): (
                        f"{place}/period_targets/{at}", (wanted["low"], wanted["high"])
                    )
                    for at, wanted in enumerate(indicator["period_targets"])
                    if str(wanted["period_id"]) in closed
                },
            )  # fmt: skip
    return found


def _changed(before: dict[str, _Placed], after: dict[str, _Placed]) -> Iterator[FieldError]:
    """Yield the targets in closed periods that are new or other than before."""
    for name, new in after.items():
        old = before[name].closed if name in before else {}
        for period, (place, bounds) in new.closed.items():
            if period not in old or old[period][1] != bounds:
                yield FieldError(ClosedPeriodChanged.code, place)


def _dropped(before: dict[str, _Placed], after: dict[str, _Placed]) -> Iterator[FieldError]:
    """Yield where a kept indicator lacks a target in a closed period, or changed its meaning."""
    for name, new in after.items():
        old = before.get(name)
        if old is None or not old.closed:
            continue
        if old.closed.keys() - new.closed.keys():
            yield FieldError(ClosedPeriodChanged.code, f"{new.place}/period_targets")
        for field in _FIXED:
            if old.indicator[field] != new.indicator[field]:
                yield FieldError(ClosedPeriodChanged.code, f"{new.place}/{field}")

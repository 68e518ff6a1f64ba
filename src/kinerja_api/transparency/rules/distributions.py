"""Counts of people in groups, told for every unit with all below it, so that none follows.

A unit's counts and those of the units below it are read together, and each difference of told
counts is told as well. So a count is told only if it, and what remains of the nearest told count
above it, is none or five and more. Counts of one group then differ by such numbers everywhere in
the tree. Within a unit a hidden group takes a second one with it, for the number of its people
may be known elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.surveys.rules import FEWEST_SHOWN

Counts = Mapping[str, int]
Told = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit, the one above it, and how many of its own people are in each group."""

    unit_id: UUID
    parent_id: UUID | None
    own: Counts


def told_distributions(branches: Sequence[Branch], groups: Sequence[str]) -> dict[UUID, Told]:
    """Return what is told of each unit with all below it; None is not told.

    branches: each unit once, after the one above it.
    """
    whole = _with_all_below(branches, groups)
    told: dict[UUID, Told] = {}
    rest: dict[tuple[UUID, str], int] = {}
    nearest: dict[UUID, dict[str, UUID]] = {}
    for branch in branches:
        counts = whole[branch.unit_id]
        above = nearest.get(branch.parent_id, {}) if branch.parent_id else {}
        unsafe = [
            group
            for group in groups
            if not (
                _is_safe(counts[group])
                and (group not in above or _is_safe(rest[above[group], group] - counts[group]))
            )
        ]
        shown = _with_complement(counts, unsafe)
        nearest[branch.unit_id] = dict(above)
        for group, count in shown.items():
            if count is None:
                continue
            if group in above:
                rest[above[group], group] -= count
            rest[branch.unit_id, group] = count
            nearest[branch.unit_id][group] = branch.unit_id
        told[branch.unit_id] = shown
    return told


def _with_all_below(
    branches: Sequence[Branch], groups: Sequence[str]
) -> dict[UUID, dict[str, int]]:
    whole = {
        branch.unit_id: {group: branch.own.get(group, 0) for group in groups} for branch in branches
    }
    for branch in reversed(branches):
        if branch.parent_id is not None:
            for group, count in whole[branch.unit_id].items():
                whole[branch.parent_id][group] += count
    return whole


def _is_safe(count: int) -> bool:
    return count == 0 or count >= FEWEST_SHOWN


def _with_complement(counts: Counts, unsafe: Sequence[str]) -> Told:
    """Hide the unsafe groups, and others, the smallest first, until two hide five people.

    Where that cannot be, nothing is told, not even who is not there.
    """
    hidden = list(unsafe)
    others = sorted((count, group) for group, count in counts.items() if count)
    for _, group in others:
        if not hidden or _is_hidden(counts, hidden):
            break
        if group not in hidden:
            hidden.append(group)
    if hidden and not _is_hidden(counts, hidden):
        return dict.fromkeys(counts)
    return {group: None if group in hidden else count for group, count in counts.items()}


def _is_hidden(counts: Counts, hidden: Sequence[str]) -> bool:
    return len(hidden) > 1 and sum(counts[group] for group in hidden) >= FEWEST_SHOWN

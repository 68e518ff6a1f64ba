"""Counts of few people cannot be found out from what is told, by whatever subtraction."""

import random
import uuid
from collections.abc import Mapping, Sequence
from fractions import Fraction
from uuid import UUID

import pytest

from kinerja_api.transparency.rules import Branch, told_distributions

GROUPS = ("sangat_baik", "baik", "kurang")
ROOT, ONE, TWO = (UUID(int=number) for number in (1, 2, 3))


def told(*branches: Branch) -> list[Mapping[str, int | None]]:
    found = told_distributions(branches, GROUPS)
    return [found[branch.unit_id] for branch in branches]


def root(**own: int) -> Branch:
    return Branch(ROOT, None, own)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"sangat_baik": 5, "baik": 20}, (5, 20, 0)),
        ({"sangat_baik": 8, "baik": 20, "kurang": 4}, (None, 20, None)),
        ({"sangat_baik": 4, "baik": 20, "kurang": 4}, (None, 20, None)),
        ({"sangat_baik": 2, "baik": 20, "kurang": 2}, (None, None, None)),
        ({"baik": 20, "kurang": 1}, (0, None, None)),
        ({"baik": 3}, (None, None, None)),
        ({"baik": 1, "kurang": 2}, (None, None, None)),
        ({}, (0, 0, 0)),
    ],
)
def test_a_small_group_is_hidden_with_a_second_one(
    own: dict[str, int], expected: tuple[int | None, ...]
):
    assert told(root(**own)) == [dict(zip(GROUPS, expected, strict=True))]


def test_a_unit_below_does_not_tell_who_is_left_above():
    above = root(sangat_baik=3, baik=3)
    below = Branch(ONE, ROOT, {"sangat_baik": 10, "baik": 10})
    assert told(above, below) == [
        {"sangat_baik": 13, "baik": 13, "kurang": 0},
        {"sangat_baik": None, "baik": None, "kurang": 0},
    ]


def test_the_last_of_the_units_below_is_not_told_by_the_others():
    small = Branch(ONE, ROOT, {"sangat_baik": 10, "baik": 10, "kurang": 2})
    large = Branch(TWO, ROOT, {"sangat_baik": 30, "baik": 30, "kurang": 30})
    whole, of_small, of_large = told(root(), small, large)
    assert whole == {"sangat_baik": 40, "baik": 40, "kurang": 32}
    assert of_small["kurang"] is None
    assert of_large["kurang"] is None


def test_nothing_small_follows_from_anything_told():
    chance = random.Random(9)
    for _ in range(150):
        branches = _tree(chance)
        found = told_distributions(branches, GROUPS)
        shown = [count for one in found.values() for count in one.values() if count is not None]
        for group in GROUPS:
            _check(branches, found, group)
        assert shown or sum(sum(branch.own.values()) for branch in branches) < 60


def _tree(chance: random.Random) -> list[Branch]:
    branches: list[Branch] = []
    for _ in range(chance.randint(1, 8)):
        parent = chance.choice(branches).unit_id if branches else None
        most = chance.choice([0, 3, 12, 40])
        own = {group: chance.randint(0, most) for group in GROUPS}
        branches.append(Branch(uuid.UUID(int=chance.getrandbits(120)), parent, own))
    return branches


def _check(
    branches: Sequence[Branch], found: Mapping[UUID, Mapping[str, int | None]], group: str
) -> None:
    """Solve what is told as equations; whatever they determine must be none, or five and more."""
    places = {branch.unit_id: at for at, branch in enumerate(branches)}
    parents = {branch.unit_id: branch.parent_id for branch in branches}
    below = {unit: _mask(unit, places, parents) for unit in places}
    equations = [below[unit] for unit in places if found[unit][group] is not None]
    own = [branch.own.get(group, 0) for branch in branches]
    for mask in [*below.values(), *_rows_of_one(len(places))]:
        people = sum(count for count, bit in zip(own, mask, strict=True) if bit)
        if _rank([*equations, mask]) == _rank(equations):
            assert people == 0 or people >= 5, (branches, found, group)
    for unit, mask in below.items():
        said = found[unit][group]
        assert said in (None, sum(c for c, bit in zip(own, mask, strict=True) if bit))


def _mask(unit: UUID, places: Mapping[UUID, int], parents: Mapping[UUID, UUID | None]) -> list[int]:
    mask = [0] * len(places)
    for other, at in places.items():
        step: UUID | None = other
        while step is not None:
            if step == unit:
                mask[at] = 1
            step = parents[step]
    return mask


def _rows_of_one(size: int) -> list[list[int]]:
    return [[int(at == row) for at in range(size)] for row in range(size)]


def _rank(rows: Sequence[Sequence[int]]) -> int:
    left = [[Fraction(value) for value in row] for row in rows]
    rank = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((at for at in range(rank, len(left)) if left[at][column]), None)
        if pivot is None:
            continue
        left[rank], left[pivot] = left[pivot], left[rank]
        for at in range(rank + 1, len(left)):
            factor = left[at][column] / left[rank][column]
            left[at] = [
                one - factor * other for one, other in zip(left[at], left[rank], strict=True)
            ]
        rank += 1
    return rank

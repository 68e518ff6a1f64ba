import csv
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from kinerja_api.demo import DemoGovernment, write_demo_files
from kinerja_api.demo.cities import MEDAN
from kinerja_api.demo.files import write_government

TODAY = date(2026, 11, 20)
Row = dict[str, str]
Tables = dict[str, list[Row]]

COLUMNS = {
    "units": "code,name,kind,parent_code",
    "positions": "code,unit_code,title,kind,level,is_head",
    "people": "ref,kind,nip,name,rank,born_on,sex,email",
    "placements": "person_ref,position_code,kind,starts_on,ends_on,superior_ref",
    "periods": "code,kind,starts_on,ends_on",
    "goals": (
        "code,year,unit_code,parent_code,title,perspective,indicator_no,indicator_title,unit,"
        "direction,low,high"
    ),
    "plans": (
        "person_ref,year,approach,target_no,target_kind,target_title,target_weight,"
        "superior_target_no,goal_code,indicator_no,aspect,indicator_title,unit,direction,weight,"
        "annual_target_low,annual_target_high,accumulation,period_kind,period_target_low,"
        "period_target_high,status"
    ),
    "logs": (
        "ref,person_ref,work_date,starts_at,ends_at,description,target_no,indicator_no,volume,"
        "unit,status"
    ),
    "results": "person_ref,period_code,target_no,indicator_no,value,note,status",
    "behaviours": "person_ref,period_code,value,rating,note",
}
LEVELS = {
    "pejabat_negara": {"kepala_daerah"},
    "jpt": {"utama", "madya", "pratama"},
    "administrasi": {"administrator", "pengawas", "pelaksana"},
    "fungsional": {"pertama", "muda", "madya", "utama", "pemula", "terampil", "mahir", "penyelia"},
}
VALUES = {
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
}
DECIMAL = re.compile(r"[0-9]+(\.[0-9]{1,2})?")


@pytest.fixture(scope="module")
def governments(tmp_path_factory: pytest.TempPathFactory) -> list[DemoGovernment]:
    return write_demo_files(tmp_path_factory.mktemp("demo"), today=TODAY)


@pytest.fixture(scope="module", params=range(5))
def government(request: pytest.FixtureRequest, governments: list[DemoGovernment]) -> DemoGovernment:
    return governments[int(request.param)]


@pytest.fixture(scope="module")
def tables(government: DemoGovernment) -> Tables:
    return {name: read(government.folder / f"{name}.csv") for name in COLUMNS}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys(rows: list[Row], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def is_nip(nip: str, row: Row) -> bool:
    """Check a number against the rules of its 18 digits and against the person's own data."""
    if not re.fullmatch(r"[0-9]{18}", nip):
        return False
    born_on = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    appointed, month = int(nip[8:12]), int(nip[12:14])
    months = range(1, 13) if row["kind"] == "pns" else range(21, 30)
    return (
        born_on.isoformat() == row["born_on"]
        and 15 <= appointed - born_on.year <= 60
        and appointed <= TODAY.year
        and month in months
        and nip[14] == {"male": "1", "female": "2"}[row["sex"]]
        and nip[15:] != "000"
    )


def test_numbers_are_valid_and_unique_over_all_governments(
    governments: list[DemoGovernment],
) -> None:
    people = [row for each in governments for row in read(each.folder / "people.csv")]
    employees = [row for row in people if row["kind"] != "official"]

    assert all(is_nip(row["nip"], row) for row in employees)
    assert len({row["nip"] for row in employees}) == len(employees)


def test_files_have_the_agreed_columns(government: DemoGovernment) -> None:
    for name, columns in COLUMNS.items():
        text = (government.folder / f"{name}.csv").read_text(encoding="utf-8")
        assert text.partition("\n")[0] == columns


def test_sizes_are_those_of_a_small_government(tables: Tables) -> None:
    kinds = Counter(row["kind"] for row in tables["people"])

    assert 250 <= len(tables["people"]) <= 400
    assert 25 <= len(tables["units"]) <= 45
    assert kinds["official"] == 1
    assert 0.18 <= kinds["pppk"] / len(tables["people"]) <= 0.32
    assert all(row["email"].endswith("@pegawai.example") for row in tables["people"])


def test_references_resolve(tables: Tables) -> None:
    units = [row["code"] for row in tables["units"]]
    positions = [row["code"] for row in tables["positions"]]
    refs = [row["ref"] for row in tables["people"]]
    periods = [row["code"] for row in tables["periods"]]

    for identifiers in (units, positions, refs, periods, [r["email"] for r in tables["people"]]):
        assert len(set(identifiers)) == len(identifiers)
    assert [row["code"] for row in tables["units"] if not row["parent_code"]] == ["1"]
    assert {row["parent_code"] for row in tables["units"]} <= {*units, ""}
    assert {row["unit_code"] for row in tables["positions"]} <= set(units)
    assert {row["position_code"] for row in tables["placements"]} <= set(positions)
    assert {row["superior_ref"] for row in tables["placements"]} <= {*refs, ""}
    for name in ("placements", "plans", "logs", "results", "behaviours"):
        assert {row["person_ref"] for row in tables[name]} <= set(refs)
    for name in ("results", "behaviours"):
        assert {row["period_code"] for row in tables[name]} <= set(periods)


def test_every_unit_has_one_head_position_of_a_known_level(tables: Tables) -> None:
    heads = Counter(r["unit_code"] for r in tables["positions"] if r["is_head"] == "true")

    assert heads == {row["code"]: 1 for row in tables["units"]}
    assert all(row["level"] in LEVELS[row["kind"]] for row in tables["positions"])


def test_nobody_holds_two_posts_and_no_post_has_two_holders(tables: Tables) -> None:
    definitive = [row for row in tables["placements"] if row["kind"] == "definitive"]

    for column in ("person_ref", "position_code"):
        spans: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in definitive:
            spans[row[column]].append((row["starts_on"], row["ends_on"] or "9999-12-31"))
        for held in spans.values():
            held.sort()
            assert all(a[1] < b[0] for a, b in pairwise(held))
    assert {row["kind"] for row in tables["placements"]} == {"definitive", "plt", "plh"}
    assert all(row["starts_on"] <= TODAY.isoformat() for row in tables["placements"])


def test_everybody_in_a_post_has_one_plan_with_weights_of_100(tables: Tables) -> None:
    officials = {row["ref"] for row in tables["people"] if row["kind"] == "official"}
    placed = {
        row["person_ref"]
        for row in tables["placements"]
        if row["kind"] == "definitive" and not row["ends_on"]
    }
    main: defaultdict[str, dict[str, int]] = defaultdict(dict)
    inside: Counter[tuple[str, str]] = Counter()
    for row in tables["plans"]:
        if row["approach"] == "quantitative":
            inside[row["person_ref"], row["target_no"]] += int(row["weight"])
        if row["target_kind"] == "utama":
            main[row["person_ref"]][row["target_no"]] = int(row["target_weight"])

    assert set(main) == placed - officials
    assert {sum(weights.values()) for weights in main.values()} == {100}
    assert set(inside.values()) == {100}
    numbers = keys(tables["plans"], "person_ref", "target_no", "indicator_no")
    assert len(set(numbers)) == len(numbers)


def test_targets_serve_a_main_target_of_the_superior(tables: Tables) -> None:
    unit_of = {row["code"]: row["unit_code"] for row in tables["positions"]}
    parent_of = {row["code"]: row["parent_code"] for row in tables["units"]}
    heads = {
        row["unit_code"]: row["code"] for row in tables["positions"] if row["is_head"] == "true"
    }
    held = [
        row
        for row in tables["placements"]
        if not row["ends_on"] or row["ends_on"] >= TODAY.isoformat()
    ]
    holders = {(row["position_code"], row["kind"]): row["person_ref"] for row in held}
    own_post = {r["person_ref"]: r for r in held if r["kind"] == "definitive"}
    mains = {
        key
        for key, row in zip(
            keys(tables["plans"], "person_ref", "target_no"), tables["plans"], strict=True
        )
        if row["target_kind"] == "utama" and row["status"] == "approved"
    }

    def superior(ref: str) -> str:
        placement = own_post[ref]
        unit = unit_of[placement["position_code"]]
        if placement["position_code"] == heads[unit]:
            unit = parent_of[unit]
        while not placement["superior_ref"]:
            for kind in ("plh", "plt", "definitive"):
                found = holders.get((heads[unit], kind))
                if found:
                    return found
            unit = parent_of[unit]
        return placement["superior_ref"]

    served = [row for row in tables["plans"] if row["superior_target_no"]]
    assert len(served) > len(tables["plans"]) / 2
    for row in served:
        assert (superior(row["person_ref"]), row["superior_target_no"]) in mains


def test_goals_hang_together_and_heads_of_offices_serve_them(tables: Tables) -> None:
    parents = {row["code"]: row["parent_code"] for row in tables["units"]}
    goals = {row["code"]: row for row in tables["goals"]}
    unit_of = {row["code"]: row["unit_code"] for row in tables["positions"]}
    own_unit = {
        row["person_ref"]: unit_of[row["position_code"]]
        for row in tables["placements"]
        if row["kind"] == "definitive" and not row["ends_on"]
    }
    offices = {code for code, parent in parents.items() if parent == "1"}

    assert {row["unit_code"] for row in goals.values()} == {"1", *offices}
    for row in goals.values():
        assert (row["unit_code"] == "1") == (not row["parent_code"])
        assert not row["parent_code"] or goals[row["parent_code"]]["unit_code"] == "1"
        assert bool(row["high"]) == (row["direction"] == "range")
    linked = [row for row in tables["plans"] if row["goal_code"]]
    served = {goals[row["goal_code"]]["unit_code"] for row in linked}
    assert len(offices - served) <= 1, "only the office led by an acting head has nobody"
    for row in linked:
        unit = own_unit[row["person_ref"]]
        goal_unit = goals[row["goal_code"]]["unit_code"]
        assert not row["superior_target_no"]
        assert unit == goal_unit or unit.startswith(f"{goal_unit}.")


def test_numbers_are_plain_decimals_and_targets_are_not_zero(tables: Tables) -> None:
    in_words = [row for row in tables["plans"] if row["approach"] == "qualitative"]
    assert in_words
    assert not any(row["direction"] or row["annual_target_low"] for row in in_words)
    for row in tables["plans"]:
        if row["approach"] == "qualitative":
            continue
        is_range = row["direction"] == "range"
        for span in ("annual", "period"):
            low, high = row[f"{span}_target_low"], row[f"{span}_target_high"]
            assert DECIMAL.fullmatch(low)
            assert Decimal(low) > 0
            assert bool(high) == is_range
            assert not high or Decimal(high) > Decimal(low)
    for name, column in (("results", "value"), ("logs", "volume")):
        assert all(DECIMAL.fullmatch(row[column]) for row in tables[name] if row[column])


def test_logs_do_not_overlap_and_stay_within_the_day(tables: Tables) -> None:
    days: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in tables["logs"]:
        start, end = (int(t[:2]) * 60 + int(t[3:]) for t in (row["starts_at"], row["ends_at"]))
        days[row["person_ref"], row["work_date"]].append((start, end))

    assert len(set(keys(tables["logs"], "ref"))) == len(tables["logs"])
    for spans in days.values():
        spans.sort()
        assert 1 <= len(spans) <= 3
        assert all(start < end <= 16 * 60 for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
        assert sum(end - start for start, end in spans) <= 450
    worked = {date.fromisoformat(row["work_date"]) for row in tables["logs"]}
    assert max(worked) == TODAY
    assert all(day.isoweekday() <= 6 for day in worked)
    hospitals = {row["code"] for row in tables["units"] if row["kind"] == "rsud"}
    unit_of = {row["code"]: row["unit_code"] for row in tables["positions"]}
    nurses = {
        row["person_ref"]
        for row in tables["placements"]
        if unit_of[row["position_code"]] in hospitals
    }
    on_saturday = {
        row["person_ref"]
        for row in tables["logs"]
        if date.fromisoformat(row["work_date"]).isoweekday() == 6
    }
    assert on_saturday
    assert on_saturday <= nurses


def test_logs_and_results_name_indicators_of_approved_plans(tables: Tables) -> None:
    indicator = ("person_ref", "target_no", "indicator_no")
    approved = {
        key: row
        for key, row in zip(keys(tables["plans"], *indicator), tables["plans"], strict=True)
        if row["status"] == "approved"
    }
    periods = {row["code"]: row for row in tables["periods"]}

    for key, row in zip(keys(tables["logs"], *indicator), tables["logs"], strict=True):
        assert approved[key]["unit"] == row["unit"]
    for key, row in zip(keys(tables["results"], *indicator), tables["results"], strict=True):
        period = periods[row["period_code"]]
        is_in_words = not approved[key]["period_kind"]
        assert is_in_words or approved[key]["period_kind"] == period["kind"]
        assert (not row["value"]) == is_in_words
        assert period["ends_on"] < TODAY.isoformat()
    results = keys(tables["results"], "period_code", *indicator)
    assert len(set(results)) == len(results)


def test_about_60_percent_keep_logs_and_not_all_of_them_today(tables: Tables) -> None:
    keeping = {row["person_ref"] for row in tables["logs"]}
    today = {r["person_ref"] for r in tables["logs"] if r["work_date"] == TODAY.isoformat()}
    states = Counter(row["status"] for row in tables["logs"])

    assert 0.45 <= len(keeping) / len(tables["people"]) <= 0.7
    assert 24 <= len(today) < len(keeping)
    assert states["approved"] > 0.85 * len(tables["logs"])
    assert states["submitted"] > 0


def test_behaviours_rate_all_seven_values(tables: Tables) -> None:
    rated: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in tables["behaviours"]:
        rated[row["person_ref"], row["period_code"]].add(row["value"])

    assert all(values == VALUES for values in rated.values())
    assert {code for _, code in rated} == {"2026-10", "2026-Q3"}


def test_sample_people_stand_above_each_other(government: DemoGovernment, tables: Tables) -> None:
    post_of = {
        r["person_ref"]: r["position_code"] for r in tables["placements"] if not r["ends_on"]
    }
    positions = {row["code"]: row for row in tables["positions"]}
    parents = {row["code"]: row["parent_code"] for row in tables["units"]}
    employee, superior, head, agency = (
        positions[post_of[nip]]
        for nip in (
            government.employee_nip,
            government.superior_nip,
            government.unit_head_nip,
            government.agency_nip,
        )
    )

    assert government.time_zone in {"Asia/Jakarta", "Asia/Makassar"}
    assert employee["unit_code"] == superior["unit_code"]
    assert parents[superior["unit_code"]] == head["unit_code"]
    assert (employee["is_head"], superior["is_head"], head["is_head"]) == ("false", "true", "true")
    assert agency["title"].startswith("Analis Sumber Daya Manusia")
    assert any(row["person_ref"] == government.employee_nip for row in tables["logs"])


def test_same_day_gives_the_same_bytes(governments: list[DemoGovernment], tmp_path: Path) -> None:
    again = write_demo_files(tmp_path, today=TODAY)

    for first, second in zip(governments, again, strict=True):
        for name in COLUMNS:
            file = f"{name}.csv"
            assert (first.folder / file).read_bytes() == (second.folder / file).read_bytes()


@pytest.mark.parametrize(
    "today",
    [
        date(2027, 1, 1),
        date(2027, 1, 31),
        date(2028, 2, 29),
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 11, 22),  # a Sunday
        date(2026, 12, 31),
    ],
    ids=str,
)
def test_any_day_of_a_year_can_be_today(tmp_path: Path, today: date) -> None:
    government = write_government(tmp_path, MEDAN, today=today, numbers=set())
    last = today.replace(day=1) - timedelta(days=1)
    years = {str(last.year), str(today.year)}
    tables = {name: read(tmp_path / f"{name}.csv") for name in COLUMNS}
    people = Counter(row["person_ref"] for row in tables["plans"] if row["target_no"] == "1")

    assert government.closes == f"{last:%Y-%m}"
    assert {row["year"] for row in tables["plans"]} == years
    assert {row["year"] for row in tables["goals"]} == years
    assert {row["code"][:4] for row in tables["periods"]} == years
    assert all(people[nip] for nip in (government.employee_nip, government.superior_nip))
    assert all(
        not row["ends_on"] or row["starts_on"] <= row["ends_on"] for row in tables["placements"]
    )
    assert {row["work_date"][:4] for row in tables["logs"]} <= years
    assert all(row["work_date"] <= today.isoformat() for row in tables["logs"])
    for name in ("results", "behaviours"):
        rated = {
            row["person_ref"] for row in tables[name] if row["period_code"] == last.isoformat()[:7]
        }
        assert len(rated) > 250
        assert {government.employee_nip, government.superior_nip} <= rated


def test_earlier_logs_stay_the_same_on_a_later_day(
    governments: list[DemoGovernment], tmp_path: Path
) -> None:
    later = write_demo_files(tmp_path, today=date(2026, 11, 24))[0]
    after = {row["ref"]: row for row in read(later.folder / "logs.csv")}
    kept = [
        row
        for row in read(governments[0].folder / "logs.csv")
        if "2026-10-01" < row["work_date"] < TODAY.isoformat()
    ]

    assert kept
    assert all(after[row["ref"]]["description"] == row["description"] for row in kept)

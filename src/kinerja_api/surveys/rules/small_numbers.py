"""Keeping few people from being recognised in a table of counts."""

from collections.abc import Mapping

from kinerja_api.surveys.rules.kinds import FEWEST_SHOWN


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the counts of groups that make up a known total, None where one is not shown.

    Groups of fewer than five are hidden, and then further ones, the smallest first, until what is
    hidden is of two groups and five people at least: else the total would tell it.
    """
    present = sorted((count, name) for name, count in counts.items() if count)
    hidden = [name for count, name in present if count < FEWEST_SHOWN]
    people = sum(counts[name] for name in hidden)
    for count, name in present[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and people >= FEWEST_SHOWN):
            break
        hidden.append(name)
        people += count
    return {name: None if name in hidden else count for name, count in counts.items()}

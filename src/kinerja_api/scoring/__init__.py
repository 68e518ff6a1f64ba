"""Scoring: from indicator results and behaviours to a suggested predicate (predikat kinerja).

A closing is queued, running, done, failed or reopened; its numbered snapshot is never changed.
Where a finding counted in it is reversed later, a correction for that person stands beside it.
The formula is written once (``formula``) and executed over decimals and as one SQL statement.
Legal source: PermenPANRB 6/2022 gives procedure and matrix; every number is the tenant's policy.
A suggestion only: the rating itself is decided by the superior, in ``evaluations``.
"""

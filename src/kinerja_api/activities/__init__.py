"""Daily logs, evidence and obstacles: what people did, on which day, and what was in the way.

A log is draft, submitted, approved or returned; draft, submitted and approved ones take their
minutes of the day (``day_ledgers``), so no two of a person overlap and no day exceeds its limit.
Entering and deciding have windows, set by the government's norms and prolonged by outages. Each
change adds to the sums of unit, month and status (``month_deltas``), which dashboards read.
"""

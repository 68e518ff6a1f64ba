"""Units, positions, employees, placements, working calendar and norms (tenant policy rows)."""

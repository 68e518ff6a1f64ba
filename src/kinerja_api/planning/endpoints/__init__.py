"""Routes of planning, one file per resource."""

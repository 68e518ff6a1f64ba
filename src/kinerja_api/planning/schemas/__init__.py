"""Wire shapes of planning, one file per resource."""

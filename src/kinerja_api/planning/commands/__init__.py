"""Changes of planning, one file per resource."""

"""Changes of surveys, one file per resource."""

"""Routes of surveys, one file per resource."""

"""Wire shapes of surveys, one file per resource."""

"""Wire shapes of evaluations, one file per resource."""

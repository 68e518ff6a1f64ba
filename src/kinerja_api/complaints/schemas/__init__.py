"""Wire shapes of reports, one file per resource."""

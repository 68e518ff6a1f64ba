"""Routes of reports, one file per resource."""

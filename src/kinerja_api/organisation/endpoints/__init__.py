"""Routes of the organisation, one file per resource."""

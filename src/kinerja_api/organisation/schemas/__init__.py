"""Wire shapes of the organisation, one file per resource."""

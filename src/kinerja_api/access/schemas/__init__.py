"""Wire shapes of access, one file per resource."""

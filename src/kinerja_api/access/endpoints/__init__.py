"""Routes of access, one file per resource."""

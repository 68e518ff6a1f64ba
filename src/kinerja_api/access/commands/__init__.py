"""Changes of access, one file per resource."""

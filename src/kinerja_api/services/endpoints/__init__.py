"""Routes of services, one file per resource."""

"""Changes of services, one file per resource."""

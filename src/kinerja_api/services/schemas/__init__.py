"""Wire shapes of services, one file per resource."""

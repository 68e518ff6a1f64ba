"""Routes for everybody, one file per resource."""

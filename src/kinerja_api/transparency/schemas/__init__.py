"""Wire shapes of what everybody reads, one file per resource."""

"""Reads for everybody, one file per resource."""

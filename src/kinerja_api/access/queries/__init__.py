"""Reads of access, one file per resource."""

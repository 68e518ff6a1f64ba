"""Reads of reports, one file per resource."""

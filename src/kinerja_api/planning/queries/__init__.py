"""Reads of planning, one file per resource."""

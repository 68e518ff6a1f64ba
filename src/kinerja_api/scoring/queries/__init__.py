"""Reads of closings, one file per resource."""

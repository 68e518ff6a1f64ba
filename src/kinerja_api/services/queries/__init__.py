"""Reads of services, one file per resource."""

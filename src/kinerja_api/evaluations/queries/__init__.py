"""Reads of evaluations, one file per resource."""

"""Reads of surveys, one file per resource."""

"""Kinds of notices that are looked for again. Pure."""

NOTE = "note"
"""A leader's note, written by hand."""

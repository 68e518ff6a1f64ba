"""Reads of what other systems may know."""

"""Reads of results and behaviour ratings."""

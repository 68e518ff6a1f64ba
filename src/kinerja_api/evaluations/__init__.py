"""Suggestion, the superior's decision, acknowledgement."""

"""Reads of logs, evidence and obstacles."""

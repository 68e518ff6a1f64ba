"""Reads across domains; nothing here is changed."""

"""Loads the shared fixtures."""

pytest_plugins = ["tests.plugins.database", "tests.plugins.service"]

"""Writes down what each role may do and what each route demands: ``permissions.json``."""

import json
import tempfile
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from kinerja_api.access.rules import ROLE_PERMISSIONS
from kinerja_api.app import create_app
from kinerja_api.core.db import Database
from kinerja_api.core.openapi import build_openapi
from tests.contract.requests import operations_of
from tests.plugins.service import settings_for_tests

FILE = Path(__file__).with_name("permissions.json")


def permissions_of(app: FastAPI) -> dict[str, Any]:
    """Return the permissions of all roles, and those that the routes demand."""
    return {
        "roles": {str(role): sorted(held) for role, held in sorted(ROLE_PERMISSIONS.items())},
        "routes": {
            f"{operation.method} {operation.path}": operation.permission
            for operation in sorted(
                operations_of(build_openapi(app)), key=lambda each: (each.path, each.method)
            )
        },
    }


def main() -> None:
    """Write the file from the code."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for_tests(Path(folder))
        app = create_app(settings, Database(settings.database, writer_url="postgresql://"))
        FILE.write_text(json.dumps(permissions_of(app), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

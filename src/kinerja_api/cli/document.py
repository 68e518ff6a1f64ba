"""The OpenAPI document of the code alone: no database, no environment, no secrets kept."""

import tempfile
from pathlib import Path

from kinerja_api.app import create_app
from kinerja_api.core.db import Database
from kinerja_api.core.openapi import render_openapi
from kinerja_api.core.settings import (
    DatabaseSettings,
    FileSettings,
    MailSettings,
    SecuritySettings,
    ServerSettings,
    Settings,
)


def openapi_text() -> str:
    """Return the document as it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database=DatabaseSettings.model_construct(),
            server=ServerSettings.model_construct(),
            security=SecuritySettings.model_construct(),
            files=FileSettings.model_construct(data_dir=Path(folder)),
            mail=MailSettings.model_construct(),
        )
        return render_openapi(
            create_app(settings, Database(settings.database, writer_url="postgresql://"))
        )

"""Settings: one frozen model per concern, read once from the environment and an optional file.

Every name below is an environment variable with the prefix ``KINERJA_``; a file of ``NAME=value``
lines named by ``KINERJA_CONFIG`` may hold them too (the environment wins).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

T = TypeVar("T", bound="_Concern")


class _Concern(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KINERJA_", frozen=True, extra="ignore")


class DatabaseSettings(_Concern):
    """Where PostgreSQL is and how much of it one process uses."""

    database_url: str | None = Field(
        default=None, description="PostgreSQL 15+ as the writer role; embedded server when unset"
    )
    database_owner_url: str | None = Field(default=None, description="Owner role, for migrate only")
    database_reader_url: str | None = Field(default=None, description="Reader role (SELECT only)")
    database_backup_url: str | None = Field(
        default=None, description="Backup role (BYPASSRLS), for doctor"
    )
    database_pool_size: int = Field(
        default=6, ge=1, le=64, description="Connections per pool and process"
    )
    database_binding: Literal["connection", "transaction"] = Field(
        default="connection",
        description="How the tenant is bound: transaction behind a transaction pooler",
    )
    embedded_major: Literal[16, 18] = Field(
        default=18, description="Version of the embedded server"
    )


class ServerSettings(_Concern):
    """How the service is reached."""

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on")
    root_path: str = Field(default="", description="Path prefix added by a proxy")
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Address callers use; token issuer"
    )
    allowed_hosts: str = Field(default="*", description="Host header allow-list, comma separated")
    forwarded_allow_ips: str = Field(
        default="", description="Proxies whose forwarded headers count"
    )
    cors_origins: str = Field(default="", description="Web origins that may call, comma separated")
    max_body_bytes: int = Field(default=1_048_576, description="Largest JSON body")
    max_evidence_bytes: int = Field(default=10_485_760, description="Largest evidence file")
    inline_worker: bool = Field(
        default=False, description="Run the worker inside the server process"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Log level"
    )
    build_commit: str = Field(default="", description="Commit of this build, told by /version")
    built_at: str = Field(default="", description="When this build was made, told by /version")
    otel_endpoint: str | None = Field(
        default=None, description="OTLP endpoint; no tracing when unset"
    )


class SecuritySettings(_Concern):
    """Secrets and lifetimes. Unset secrets are generated once and kept in the data folder."""

    secret_key: SecretStr | None = Field(
        default=None, description="At least 32 characters; signs cursors"
    )
    token_key_file: Path | None = Field(
        default=None, description="PEM file(s) of RSA keys, first signs"
    )
    access_token_minutes: int = Field(
        default=15, ge=1, le=15, description="Life of an access token"
    )
    refresh_token_days: int = Field(
        default=30, ge=1, le=90, description="Idle life of a refresh token"
    )
    session_days: int = Field(default=90, ge=1, le=365, description="Absolute life of a session")
    second_factor_roles: str = Field(
        default="tenant_administrator,system_operator",
        description="Roles that must sign in with a second factor, comma separated",
    )
    sign_in_attempts: int = Field(
        default=10, ge=3, description="Failures per account in the window"
    )
    sign_in_attempts_address: int = Field(
        default=100, ge=10, description="Failures per address in it"
    )
    sign_in_window_minutes: int = Field(default=15, ge=1, description="The throttle's window")
    public_answers_per_hour: int = Field(
        default=600, ge=10, description="Survey answers, and ratings, of one address range an hour"
    )


class FileSettings(_Concern):
    """Where data and evidence are kept."""

    data_dir: Path = Field(
        default=Path("var"), description="Embedded database, generated secrets, evidence"
    )
    evidence_url: str | None = Field(
        default=None,
        description="Object store for evidence, s3://bucket/prefix; a folder when unset."
        " Endpoint, region and keys: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, …",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process."""

    database: DatabaseSettings
    server: ServerSettings
    security: SecuritySettings
    files: FileSettings


CONCERNS = (DatabaseSettings, ServerSettings, SecuritySettings, FileSettings)


def read_settings() -> Settings:
    """Return the settings of the environment and of the file that ``KINERJA_CONFIG`` names."""
    file = os.environ.get("KINERJA_CONFIG")
    return Settings(
        database=_read(DatabaseSettings, file),
        server=_read(ServerSettings, file),
        security=_read(SecuritySettings, file),
        files=_read(FileSettings, file),
    )


def _read(concern: type[T], file: str | None) -> T:
    return cast("Any", concern)(_env_file=file)

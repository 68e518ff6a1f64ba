"""Settings: one frozen model per concern, read once from the environment and an optional file.

Every name below is an environment variable with the prefix ``KINERJA_``; a file of ``NAME=value``
lines named by ``KINERJA_CONFIG`` may hold them too (the environment wins).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kinerja_api.core.mail_addresses import MailServer, is_address, mail_server

T = TypeVar("T", bound="_Concern")


class _Concern(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="KINERJA_", frozen=True, extra="ignore", hide_input_in_errors=True
    )


class DatabaseSettings(_Concern):
    """Where PostgreSQL is and how much of it one process uses."""

    database_url: str | None = Field(
        default=None, description="PostgreSQL 15+ as the writer role; embedded server when unset"
    )
    database_owner_url: str | None = Field(default=None, description="Owner role, for migrate only")
    database_reader_url: str | None = Field(default=None, description="Reader role (SELECT only)")
    database_identity_url: str | None = Field(
        default=None, description="Identity role, which alone reads who reported"
    )
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
    public_reports_per_hour: int = Field(
        default=60, ge=1, description="Reports of one address range an hour"
    )
    public_messages_per_hour: int = Field(
        default=240, ge=1, description="Messages on reports of one address range an hour"
    )
    public_tenant_reports_per_hour: int = Field(
        default=2000, ge=1, description="Reports of a whole government an hour"
    )
    open311_reports_per_hour: int = Field(
        default=600, ge=1, description="Reports by one key of an Open311 client an hour"
    )
    public_reads_per_minute: int = Field(
        default=3000, ge=60, description="Public reads of one address range a minute and process"
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


class MailSettings(_Concern):
    """How mail is sent."""

    mail_url: SecretStr | None = Field(
        default=None,
        description="Mail server, smtp+starttls://user:secret@host:587, smtps://… or, without"
        " a secret, smtp://…; files in a folder when unset",
    )
    mail_from: str = Field(
        default="", description="Address that mail comes from; needed with a mail server"
    )
    mail_outbox: Path | None = Field(
        default=None,
        description="Folder of the mail files; outbox in the data folder when unset",
    )

    @property
    def server(self) -> MailServer | None:
        """Return the mail server; None where mail goes to the folder."""
        return mail_server(self.mail_url.get_secret_value()) if self.mail_url else None

    @field_validator("mail_url")
    @classmethod
    def _is_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            mail_server(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, address: str, info: ValidationInfo) -> str:
        if not is_address(address) and (address or info.data.get("mail_url") is not None):
            raise ValueError("one plain address is needed, such as kinerja@makassar.go.id")
        return address


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process."""

    database: DatabaseSettings
    server: ServerSettings
    security: SecuritySettings
    files: FileSettings
    mail: MailSettings


CONCERNS = (DatabaseSettings, ServerSettings, SecuritySettings, FileSettings, MailSettings)


def read_settings() -> Settings:
    """Return the settings of the environment and of the file that ``KINERJA_CONFIG`` names."""
    file = os.environ.get("KINERJA_CONFIG")
    return Settings(
        database=_read(DatabaseSettings, file),
        server=_read(ServerSettings, file),
        security=_read(SecuritySettings, file),
        files=_read(FileSettings, file),
        mail=_read(MailSettings, file),
    )


def _read(concern: type[T], file: str | None) -> T:
    return cast("Any", concern)(_env_file=file)

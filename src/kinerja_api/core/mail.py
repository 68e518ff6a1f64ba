"""Mail: what is sent, and the two ways it goes.

Without a mail server each mail is a file of its own in a folder (``Outbox``), from which a
program of the installation may take it; with one it is handed over by SMTP. A mail keeps its
message id when it is sent again, so a repeat can be told from a second mail.
"""

import asyncio
import os
import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.core.mail_addresses import MailServer, Protection, is_address
from kinerja_api.core.problems import Unavailable, Unprocessable
from kinerja_api.core.settings import Settings

_PATIENCE_SECONDS = 20.0
_PERMANENT = 500
_OUR_FAULT = 530  # sign-in or TLS is asked for first: nothing is said about the recipient
_NOBODY = "kinerja@localhost"


class MailUnavailable(Unavailable):
    """The mail could not be handed over now; a repeat may succeed."""

    code = "mail_unavailable"


class MailRefused(Unprocessable):
    """This mail will never be taken: its recipient does not exist or refuses it."""

    code = "mail_refused"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in plain text. ``message_id`` is the same in every repeat."""

    to: str
    subject: str
    text: str
    message_id: UUID


class Mailer(Protocol):
    """The port: hands mail over."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail over; MailUnavailable, MailRefused."""
        ...


class Outbox:
    """Mail as files of RFC 5322, named by message id; each is on disk when ``send`` returns."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Write the mail's file, again if it is there; MailUnavailable, MailRefused."""
        content = compose(mail, self._sender)
        try:
            await asyncio.to_thread(self._write, f"{mail.message_id}.eml", content)
        except OSError as error:
            raise MailUnavailable(retry_after=60) from error

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{name}.{new_id()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self._folder / name)
        finally:
            draft.unlink(missing_ok=True)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Smtp:
    """Mail handed to a server, one conversation each, in a thread."""

    def __init__(
        self, server: MailServer, sender: str, *, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self._server = server
        self._sender = sender
        self._patience = patience

    async def send(self, mail: Mail) -> None:
        """Hand the mail over; MailUnavailable, MailRefused."""
        content = compose(mail, self._sender)
        try:
            await asyncio.to_thread(self._hand_over, mail.to, content)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[mail.to][0]) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(retry_after=60) from error

    def _hand_over(self, to: str, content: bytes) -> None:
        with self._conversation() as smtp:
            smtp.sendmail(self._sender, [to], content)

    @contextmanager
    def _conversation(self) -> Generator[smtplib.SMTP]:
        smtp = self._connected()
        try:
            if self._server.protection is Protection.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            if self._server.user:
                smtp.login(self._server.user, self._server.secret)
            yield smtp
        finally:
            # How the conversation ends says nothing about the mail, which was taken or refused.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server, name = self._server, _host_of(self._sender)
        if server.protection is Protection.TLS:
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=name,
                timeout=self._patience,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=self._patience)


def compose(mail: Mail, sender: str) -> bytes:
    """Return the mail as it travels. MailRefused where it cannot be one: a value that ends a line.

    A hostile value never becomes a header: addresses are plain, and a subject is one line.
    """
    if not is_address(mail.to) or mail.subject.splitlines() != [mail.subject]:
        raise MailRefused
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=mail.to)
    # The library decodes such words of a value that it is given, line ends and all.
    message["Subject"] = mail.subject.replace("=?", "= ?")
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{mail.message_id}@{_host_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    return message.as_bytes()


def open_mailer(settings: Settings) -> Mailer:
    """Return the way that the settings name: a mail server, or files in a folder."""
    mail = settings.mail
    if mail.server is not None:
        return Smtp(mail.server, mail.mail_from)
    return Outbox(outbox_folder(settings), mail.mail_from or _NOBODY)


def outbox_folder(settings: Settings) -> Path:
    """Return the folder of mail files, which need not exist yet."""
    return settings.mail.mail_outbox or settings.files.data_dir / "outbox"


def _host_of(address: str) -> str:
    return address.rpartition("@")[2]


def _refusal(code: int) -> MailRefused | MailUnavailable:
    """Return what a reply about the recipient or the text means (RFC 5321, 4.2.1)."""
    if code >= _PERMANENT and code != _OUR_FAULT:
        return MailRefused()
    return MailUnavailable(retry_after=60)

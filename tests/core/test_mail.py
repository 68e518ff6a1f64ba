"""Mail: a real conversation by SMTP, files in a folder, and values that try to be more."""

import asyncio
import base64
import datetime as dt
import ipaddress
import ssl
import stat
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr, ValidationError

from kinerja_api.core.mail import (
    Mail,
    MailRefused,
    MailUnavailable,
    Outbox,
    Smtp,
    compose,
    open_mailer,
)
from kinerja_api.core.mail_addresses import MailServer, Protection, is_address, mail_server
from kinerja_api.core.settings import MailSettings, Settings
from tests.plugins.service import settings_for_tests

SENDER = "lapor@makassarkota.go.id"
MAIL = Mail(
    "warga@contoh.id",
    "Laporan 2026-000123: sudah ditanggapi — terima kasih",
    "Yth. Bapak/Ibu,\n\n.titik di awal baris\nLaporan Anda sudah ditanggapi.",
    uuid.uuid5(uuid.NAMESPACE_URL, "laporan"),
)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n").strip()


@dataclass
class Server:
    """A small mail server that writes down what it hears.

    replies: instead of its own to these commands; the command ``.`` is the end of the text.
    An empty reply hangs up, None is silence.
    """

    replies: Mapping[str, str | None] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    port: int = 0
    heard: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._reply(writer, "", "220 ready")
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                offered = "250-STARTTLS\r\n" if self.tls else ""
                await self._reply(writer, word, f"250-here\r\n{offered}250 AUTH PLAIN")
            elif word == "STARTTLS":
                await self._reply(writer, word, "220 go on")
                assert self.tls is not None
                await writer.start_tls(self.tls)
            elif word == "AUTH":
                await self._reply(writer, word, "235 welcome")
            elif word == "DATA":
                if await self._reply(writer, word, "354 go on"):
                    content = await reader.readuntil(b"\r\n.\r\n")
                    if await self._reply(writer, ".", "250 taken"):
                        self.taken.append(content[:-3].replace(b"\r\n..", b"\r\n."))
            else:
                await self._reply(writer, word, "221 bye" if word == "QUIT" else "250 ok")

    async def _reply(self, writer: asyncio.StreamWriter, word: str, usual: str) -> bool:
        reply = self.replies.get(word, usual)
        if reply is None:
            await asyncio.sleep(5)
        if not reply:
            raise ConnectionResetError
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()
        return reply == usual


@asynccontextmanager
async def listening(server: Server, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Server]:
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


def smtp(server: Server, protection: Protection = Protection.NONE, **account: str) -> Smtp:
    return Smtp(MailServer(protection, "127.0.0.1", server.port, **account), SENDER, patience=1.0)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server side of TLS at 127.0.0.1, trusted by this process."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(place, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_mail_is_handed_over_word_for_word():
    async with listening(Server()) as server:
        await smtp(server).send(MAIL)
    assert f"mail FROM:<{SENDER}>" in server.heard
    assert f"rcpt TO:<{MAIL.to}>" in server.heard
    assert server.heard[-1].upper() == "QUIT"
    (content,) = server.taken
    assert content.isascii()
    message = read(content)
    assert (message["To"], message["From"], message["Subject"]) == (MAIL.to, SENDER, MAIL.subject)
    assert message["Message-ID"] == f"<{MAIL.message_id}@makassarkota.go.id>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert text_of(message) == MAIL.text


async def test_the_account_is_told_under_tls_only(certificate: ssl.SSLContext):
    account = {"user": "lapor", "secret": "rahasia dapur"}
    told = "AUTH PLAIN " + base64.b64encode(b"\0lapor\0rahasia dapur").decode()
    async with listening(Server(tls=certificate)) as server:
        await smtp(server, Protection.STARTTLS, **account).send(MAIL)
    assert (len(server.taken), told in server.heard) == (1, True)
    assert server.heard.index("STARTTLS") < server.heard.index(told)
    async with listening(Server(), tls=certificate) as server:
        await smtp(server, Protection.TLS, **account).send(MAIL)
    assert (len(server.taken), told in server.heard) == (1, True)
    async with listening(Server()) as plain:
        with pytest.raises(MailUnavailable):
            await smtp(plain, Protection.STARTTLS, **account).send(MAIL)
    assert (plain.taken, told in plain.heard) == ([], False)


async def test_a_server_with_a_strange_certificate_gets_nothing(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    for tls, protection in ((None, Protection.STARTTLS), (certificate, Protection.TLS)):
        async with listening(Server(tls=certificate), tls=tls) as server:
            with pytest.raises(MailUnavailable):
                await smtp(server, protection).send(MAIL)
        assert server.taken == []


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT", "550 5.1.1 no such person"),
        ("RCPT", "553 not allowed"),
        (".", "554 not wanted here"),
        ("DATA", "554 no valid recipients"),
    ],
)
async def test_a_refusal_for_good_is_told_apart(command: str, reply: str):
    async with listening(Server({command: reply})) as server:
        with pytest.raises(MailRefused):
            await smtp(server).send(MAIL)
    assert server.taken == []


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("", "554 go away"),
        ("", ""),
        ("", None),
        ("MAIL", "550 sender unknown"),
        ("RCPT", "450 come back later"),
        ("RCPT", "421 closing"),
        ("RCPT", "530 5.7.0 TLS first"),
        ("RCPT", ""),
        ("DATA", "451 disk full"),
        (".", "452 disk full"),
        (".", ""),
        (".", None),
    ],
)
async def test_whatever_may_pass_is_to_be_tried_again(command: str, reply: str | None):
    async with listening(Server({command: reply})) as server:
        with pytest.raises(MailUnavailable):
            await smtp(server).send(MAIL)
    assert server.taken == []


async def test_a_wrong_secret_is_to_be_tried_again(certificate: ssl.SSLContext):
    async with listening(Server({"AUTH": "535 no"}, tls=certificate)) as server:
        with pytest.raises(MailUnavailable):
            await smtp(server, Protection.STARTTLS, user="lapor", secret="salah").send(MAIL)


async def test_nobody_listens():
    with pytest.raises(MailUnavailable):
        await smtp(Server(port=1)).send(MAIL)


@pytest.mark.parametrize("reply", ["", "421 too late", None])
async def test_how_a_conversation_ends_does_not_undo_the_mail(reply: str | None):
    async with listening(Server({"QUIT": reply})) as server:
        await smtp(server).send(MAIL)
    assert len(server.taken) == 1


async def test_the_outbox_keeps_one_file_a_mail_for_its_owner_only(tmp_path: Path):
    outbox = Outbox(tmp_path / "data" / "outbox", SENDER)
    await asyncio.gather(*[outbox.send(MAIL) for _ in range(5)])
    other = Mail(MAIL.to, "Lain", "Lain", uuid.uuid4())
    await outbox.send(other)
    files = sorted((tmp_path / "data" / "outbox").iterdir())
    named = sorted(f"{mail.message_id}.eml" for mail in (MAIL, other))
    assert [file.name for file in files] == named
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    kept = (tmp_path / "data" / "outbox" / f"{MAIL.message_id}.eml").read_bytes()
    message = read(kept)
    assert (message["To"], message["Subject"]) == (MAIL.to, MAIL.subject)
    assert text_of(message) == MAIL.text
    assert kept.count(b"\n") == kept.count(b"\r\n")


async def test_an_outbox_that_cannot_be_written_is_to_be_tried_again(tmp_path: Path):
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(MailUnavailable):
        await Outbox(tmp_path / "outbox", SENDER).send(MAIL)


@pytest.mark.parametrize(
    "to",
    [
        "warga@contoh.id\r\nBcc: semua@contoh.id",
        "warga@contoh.id\n",
        "warga@contoh.id, semua@contoh.id",
        "warga@contoh.id>\r\nRCPT TO:<semua@contoh.id",
        "Warga <warga@contoh.id>",
        '"a b"@contoh.id',
        "warga@[127.0.0.1]",
        "root@localhost",
        "warga@contoh..id",
        ".warga@contoh.id",
        "warga@-contoh.id",
        "warganegara",
        "wärga@contoh.id",
        "warga@cöntoh.id",
        "a" * 65 + "@contoh.id",
        "a@" + "b." * 130 + "id",
        "",
    ],
)
async def test_a_hostile_address_is_refused_before_anybody_is_called(to: str):
    assert not is_address(to)
    async with listening(Server()) as server:
        with pytest.raises(MailRefused):
            await smtp(server).send(Mail(to, "Halo", "Halo", uuid.uuid4()))
    assert server.heard == []


@pytest.mark.parametrize("to", ["a.b+c@d.co.id", "o'neil@x-y.id", "A_1%@1.2.id"])
def test_odd_addresses_are_addresses(to: str):
    assert is_address(to)
    assert read(compose(Mail(to, "Halo", "Halo", uuid.uuid4()), SENDER))["To"] == to


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
@pytest.mark.parametrize("rest", ["Bcc: semua@contoh.id", ""])
def test_a_subject_never_becomes_a_header(end: str, rest: str):
    with pytest.raises(MailRefused):
        compose(Mail(MAIL.to, f"Halo{end}{rest}", "Halo", uuid.uuid4()), SENDER)


def test_a_text_never_becomes_a_header_and_long_words_travel():
    hostile = "Bcc: semua@contoh.id\r\n\r\n" + "é" * 3000 + "\n\n.\n\r\nQUIT"
    subject = "=?utf-8?q?=0ABcc:_semua=40contoh.id?= " + "ß" * 300
    message = read(compose(Mail(MAIL.to, subject, hostile, uuid.uuid4()), SENDER))
    assert message["Bcc"] is None
    assert sorted(message.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
         "Content-Transfer-Encoding", "MIME-Version"]
    )  # fmt: skip
    assert message["Subject"] == subject.replace("=?", "= ?")
    assert text_of(message) == hostile.replace("\r\n", "\n").strip()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay", MailServer(Protection.NONE, "relay", 25)),
        ("smtps://u:p%2F%40@h.id", MailServer(Protection.TLS, "h.id", 465, "u", "p/@")),
        (
            "smtp+starttls://u%40h.id:p@h.id:2525",
            MailServer(Protection.STARTTLS, "h.id", 2525, "u@h.id", "p"),
        ),
    ],
)
def test_a_server_has_an_address(url: str, server: MailServer):
    assert mail_server(url) == server
    assert "p/@" not in repr(server)


@pytest.mark.parametrize(
    "url",
    ["h.id", "http://h.id", "smtp://", "smtps://u:rahasia/x@h.id", "smtps://u:rahasia#@h.id",
     "smtp://u:rahasia@h.id", "smtps://u:rähasia@h.id", "smtps://u:rahasia@h.id:port",
     "smtps://u:rahasia@h.id/?x=y"],
)  # fmt: skip
def test_a_wrong_address_of_a_server_is_told_without_its_secret(url: str):
    with pytest.raises(ValidationError) as told:
        MailSettings(mail_url=SecretStr(url), mail_from=SENDER)
    assert "hasia" not in str(told.value)
    assert told.value.errors()[0]["loc"] == ("mail_url",)


@pytest.mark.parametrize("sender", ["", "Kota <a@b.id>", "a@b.id\nBcc: c@d.id"])
def test_a_server_needs_a_sender(sender: str):
    with pytest.raises(ValidationError) as told:
        MailSettings(mail_url=SecretStr("smtp://h.id"), mail_from=sender)
    assert told.value.errors()[0]["loc"] == ("mail_from",)


def with_mail(folder: Path, mail: MailSettings) -> Settings:
    made = settings_for_tests(folder)
    return Settings(made.database, made.server, made.security, made.files, mail)


async def test_the_settings_name_the_way(tmp_path: Path):
    await open_mailer(with_mail(tmp_path, MailSettings())).send(MAIL)
    (file,) = (tmp_path / "outbox").iterdir()
    assert read(file.read_bytes())["From"] == "kinerja@localhost"
    elsewhere = MailSettings(mail_outbox=tmp_path / "post", mail_from=SENDER)
    await open_mailer(with_mail(tmp_path, elsewhere)).send(MAIL)
    (file,) = (tmp_path / "post").iterdir()
    assert read(file.read_bytes())["From"] == SENDER
    async with listening(Server()) as server:
        url = SecretStr(f"smtp://127.0.0.1:{server.port}")
        named = MailSettings(mail_url=url, mail_from=SENDER)
        await open_mailer(with_mail(tmp_path, named)).send(MAIL)
    assert len(server.taken) == 1

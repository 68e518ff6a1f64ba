"""What a demonstration says about itself at each start."""

import datetime as dt
import json
import sys
from collections.abc import Iterator

from pyotp.totp import TOTP

from kinerja_api.demo.logins import Demo, Login

_READ = """python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])'"""


def introduction(demo: Demo, *, url: str, today: dt.date) -> Iterator[str]:
    """Yield the lines: addresses, logins, and requests to paste."""
    yield f"API pages:   {url}/docs   {url}/redoc"
    yield f"Government:  {demo.tenant} (operators: system)"
    yield ""
    for login in demo.logins:
        yield f"  {login.role:<22} {login.tenant:<8} {login.login:<20} {login.password}"
    if demo.api_key is not None:
        yield f"  {'machine (API key)':<22} {demo.tenant:<8} {demo.api_key}"
    yield ""
    yield "Second factors (a code holds 30 seconds; an authenticator app takes the secret):"
    for login in demo.logins:
        if login.totp_secret is not None:
            now = TOTP(login.totp_secret).now()
            yield f"  {login.role:<22} secret {login.totp_secret}   now {now}"
            yield f"  {'':<22} later: {sys.executable} -c {_later(login.totp_secret)}"
    yield ""
    yield "To paste:"
    yield ""
    yield from _requests(demo.of("employee"), url, today)
    if demo.receipt is not None:
        yield ""
        yield from _citizens(demo, demo.receipt, url)


def _later(secret: str) -> str:
    return f"\"import pyotp; print(pyotp.TOTP('{secret}').now())\""


def _requests(login: Login, url: str, today: dt.date) -> Iterator[str]:
    who = {"tenant": login.tenant, "login": login.login, "password": login.password}
    work = {
        "work_date": today.isoformat(),
        "starts_at": "06:30",
        "ends_at": "07:00",
        "description": "Menyiapkan loket pelayanan",
    }
    as_json = "-H 'Content-Type: application/json'"
    as_me = '-H "Authorization: Bearer $TOKEN"'
    yield f"TOKEN=$(curl -s {url}/v1/sessions {as_json} -d '{json.dumps(who)}' | {_READ})"
    yield f"curl -s {url}/v1/me {as_me}"
    # The same key gives the same answer: the line can be pasted twice on a day.
    yield (
        f"curl -s {url}/v1/logs {as_me} {as_json} -H 'Idempotency-Key: demo-{today}-{login.login}'"
        f" -d '{json.dumps(work)}'"
    )


def _citizens(demo: Demo, receipt: str, url: str) -> Iterator[str]:
    public = f"{url}/v1/public/{demo.tenant}"
    yield f"Citizens, without login (report {demo.ticket}, receipt {receipt}):"
    yield ""
    yield f"curl -s {public}/reports/mine -H 'X-Receipt: {receipt}'"
    for part in ("reports", "musrenbang", "services", "surveys", "campaigns"):
        yield f"curl -s {public}/{part}"
    yield f"curl -s '{public}/reports?format=csv'"
    yield f"curl -s {url}/open311/v2/discovery.json"
    yield f"curl -s '{url}/open311/v2/requests.json?jurisdiction_id={demo.tenant}'"

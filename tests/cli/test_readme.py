"""The README says what is so."""

import re
from pathlib import Path

import typer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from kinerja_api.cli import app
from kinerja_api.core.settings import CONCERNS

README = Path(__file__).parents[2] / "README.md"
TABLE = re.compile(r"<!-- settings:.*?-->\n(.*?)<!-- end of settings -->", re.DOTALL)


def settings_table() -> str:
    lines = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for concern in CONCERNS:
        for name, field in concern.model_fields.items():
            default = "" if field.default in (None, PydanticUndefined, "") else f"`{field.default}`"
            assert not isinstance(field.default, SecretStr)
            lines.append(f"| `KINERJA_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def test_the_table_of_settings_is_that_of_the_code():
    match = TABLE.search(README.read_text("utf-8"))
    assert match is not None
    assert match[1] == settings_table(), f"put this into README.md:\n{settings_table()}"


def test_the_files_it_names_exist():
    root = README.parent
    for path in re.findall(r"`((?:src|tests|openapi|migrations)/[\w/.]+)`", README.read_text()):
        assert (root / path).exists(), path


def test_the_commands_it_names_exist():
    known = set(typer.main.get_group(app).commands)
    used = set(re.findall(r"(?<![/\w])kinerja ([a-z][a-z-]+)", README.read_text("utf-8")))
    assert used <= {*known}, used - known

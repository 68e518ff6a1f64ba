"""Documents of Open311: both formats say the same, whatever the text."""

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_api.integrations.rules.channel_files import CsvChannel, OutgoingReport
from kinerja_api.integrations.rules.documents import Form, render

WRITABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
)


@given(WRITABLE)
@settings(max_examples=50, deadline=None)
def test_every_text_comes_back_from_both_formats(text: str):
    value = [{"description": text, "metadata": True, "lat": -5.15, "group": None}]
    assert json.loads(render("services", value, Form.JSON)) == [
        {"description": text, "metadata": True, "lat": -5.15}
    ]
    (service,) = ET.fromstring(render("services", value, Form.XML))
    assert [(one.tag, one.text) for one in service] == [
        ("description", text), ("metadata", "true"), ("lat", "-5.15"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["\x00", "a\x0bb", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_what_xml_has_no_way_to_write_is_replaced(text: str):
    root = ET.fromstring(render("errors", [{"description": text}], Form.XML))
    told = root.findtext("error/description", "")
    assert "\ufffd" in told
    assert text not in told


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_of_a_file_is_a_formula(text: str):
    fields = dict.fromkeys(OutgoingReport.__dataclass_fields__, text)
    content = CsvChannel().write([OutgoingReport(**fields)])
    assert content.count(b"'") == len(fields)

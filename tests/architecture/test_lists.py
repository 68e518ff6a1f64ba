"""What holds for every list, read from the source."""

import ast
from collections import Counter
from pathlib import Path

import kinerja_api


def test_every_list_has_a_name_of_its_own():
    """By its name a list finds its compiled statement, and its cursors are bound to it."""
    names = [
        keyword.value.value
        for file in Path(kinerja_api.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fetch_page"
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    ]
    assert len(names) > 20
    assert [name for name, times in Counter(names).items() if times > 1] == []

"""Demonstration data: five governments as the export files of a personnel agency.

Nobody in them exists: names, numbers and results are drawn from a fixed seed, so the same day
gives the same files. Imported by the command line only.
"""

from kinerja_api.demo.files import DemoGovernment, write_demo_files
from kinerja_api.demo.logins import Demo, read_demo
from kinerja_api.demo.setup import DemoBroken, Installation, prepare_demo
from kinerja_api.demo.text import introduction

__all__ = [
    "Demo",
    "DemoBroken",
    "DemoGovernment",
    "Installation",
    "introduction",
    "prepare_demo",
    "read_demo",
    "write_demo_files",
]

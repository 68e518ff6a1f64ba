"""Demonstration data: five governments as the export files of a personnel agency.

Nobody in them exists: names, numbers and results are drawn from a fixed seed, so the same day
gives the same files. Imported by the command line only.
"""

from kinerja_api.demo.files import DemoGovernment, write_demo_files

__all__ = ["DemoGovernment", "write_demo_files"]

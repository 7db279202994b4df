"""Sample challenges that travel with the program, as folders of plain files."""

from pathlib import Path

AVERAGE = Path(__file__).parent / "average"
"""A first loop over a list; `taco demo` plays it."""

"""The journey as one HTML file: a picture of the time, a scrubber that replays the code, and the dialogue beside it.

The file loads nothing, needs no server and runs no script but its own. It takes a journey that was read already and
returns text; it knows no store, no editor and no terminal.
"""

from taco_lsp.journey.report.page import render

__all__ = ["render"]

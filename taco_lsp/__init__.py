"""TACO: a programming tutor in the editor.

This package is the server and the `taco` command line. It is an application, not a library: the public
surfaces are the protocol (`docs/protocol.md`) and the commands.
"""

__version__ = "0.1.0"

"""What each class of Python error means, in one or two plain sentences.

Holds text only; it knows nothing of a particular failure.
"""

from __future__ import annotations

_SYNTAX = "A `SyntaxError` means that Python could not read the file as Python code, so nothing was run yet."

MEANINGS = {
    "SyntaxError": _SYNTAX,
    "IndentationError": (
        "An `IndentationError` means that the spaces at the start of a line do not fit the lines around it. Python "
        "uses them to see which lines belong together."
    ),
    "TabError": (
        "A `TabError` means that some lines are indented with tab characters and others with spaces, so Python "
        "cannot tell which lines belong together."
    ),
    "NameError": "A `NameError` means that Python met a name it does not know at that moment.",
    "UnboundLocalError": (
        "An `UnboundLocalError` means that a function read one of its own variables before that variable had a value."
    ),
    "TypeError": "A `TypeError` means that something was done with a kind of value that does not allow it.",
    "ValueError": "A `ValueError` means that a value had the right type but contents that could not be used.",
    "IndexError": (
        "An `IndexError` means that the program asked for a position that is not there. Positions are counted from 0."
    ),
    "KeyError": "A `KeyError` means that a dictionary was asked for a key that it does not hold.",
    "AttributeError": (
        "An `AttributeError` means that the name after a dot does not exist on the value before the dot."
    ),
    "ZeroDivisionError": "A `ZeroDivisionError` means that a number was divided by zero, which has no result.",
    "ModuleNotFoundError": "A `ModuleNotFoundError` means that Python found no module with the name in an `import`.",
    "ImportError": "An `ImportError` means that something could not be brought in by an `import`.",
    "RecursionError": (
        "A `RecursionError` means that functions kept calling each other, or themselves, far deeper than Python allows."
    ),
    "FileNotFoundError": "A `FileNotFoundError` means that the program tried to open a file that is not there.",
    "FileExistsError": "A `FileExistsError` means that the program tried to create something that exists already.",
    "PermissionError": "A `PermissionError` means that the computer does not let the program use that file.",
    "IsADirectoryError": "An `IsADirectoryError` means that a folder was used where a file was expected.",
    "NotADirectoryError": "A `NotADirectoryError` means that a file was used where a folder was expected.",
    "OSError": "An `OSError` means that the operating system refused something, often about a file or the network.",
    "OverflowError": "An `OverflowError` means that a result is too large for the kind of number that should hold it.",
    "KeyboardInterrupt": "A `KeyboardInterrupt` means that the program was stopped from outside while still running.",
    "EOFError": "An `EOFError` means that `input()` wanted to read a line, but no input was left.",
    "AssertionError": "An `AssertionError` means that a condition after `assert` turned out to be false.",
    "StopIteration": "A `StopIteration` means that `next()` was called when no value was left.",
    "MemoryError": "A `MemoryError` means that the program asked for more memory than there is.",
    "UnicodeDecodeError": "A `UnicodeDecodeError` means that bytes could not be read as text in the expected encoding.",
    "UnicodeEncodeError": "A `UnicodeEncodeError` means that a character cannot be written in the chosen encoding.",
    "NotImplementedError": "A `NotImplementedError` is raised on purpose by code that is still to be written.",
    "RuntimeError": "A `RuntimeError` means that something went wrong while running that fits no other error class.",
    "ArithmeticError": "An `ArithmeticError` stands for something going wrong in a calculation.",
    "LookupError": "A `LookupError` stands for asking a collection for a position or key it does not have.",
    "JSONDecodeError": "A `JSONDecodeError` means that a text could not be read as JSON.",
    "SystemExit": "`SystemExit` means that the program ended itself, with `exit()` or `sys.exit()`.",
}


def meaning_of(error_type: str) -> str:
    """Tell what an error class means; unknown classes get an honest general sentence."""
    if error_type in MEANINGS:
        return MEANINGS[error_type]
    return f"`{error_type[:60]}` is an error that code raises to say that it cannot go on."

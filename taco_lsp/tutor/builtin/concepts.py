"""Short notes on the ideas beginners ask about by name.

Holds text and a look-up by word; notes tied to something seen in the code are in `pattern_notes`.
"""

from __future__ import annotations

import re

_NOTES: tuple[tuple[str, str], ...] = (
    (
        r"recurs\w*",
        (
            "A recursive function calls itself with a smaller part of the problem. It needs a case that is answered "
            "at once, or the calls never end."
        ),
    ),
    (
        r"return\w*",
        (
            "`return` ends a function and hands a value to the line that made the call. Without it, the caller gets "
            "`None`. Printing a value is not the same: it only shows it."
        ),
    ),
    (
        r"index\w*|positions?",
        (
            "An index is a position in a list or a text. Counting begins at 0, so the last position is one less "
            "than the length."
        ),
    ),
    (
        r"range",
        ("`range(a, b)` gives the whole numbers from a up to, but not including, b. With one number it begins at 0."),
    ),
    (
        r"while",
        (
            "A `while` loop tests its condition before each round and stops as soon as it is false. Something "
            "inside has to make it false one day."
        ),
    ),
    (
        r"for|loops?|iterat\w*",
        (
            "A loop repeats its block. `for` takes the items of a collection one after the other; `while` goes on "
            "as long as a condition is true."
        ),
    ),
    (
        r"elif|else|if|conditions?",
        (
            "An `if` runs its block only when its condition is true. `elif` tests further cases, and `else` covers "
            "what is left. Only the first case that fits is run."
        ),
    ),
    (
        r"dict\w*|keys?",
        (
            "A dictionary stores values under keys. You look a value up by its key, and asking for a key that is "
            "not there is an error."
        ),
    ),
    (
        r"lists?|arrays?",
        ("A list keeps items in order. Items are reached by position, from 0; the list can grow, shrink and change."),
    ),
    (r"tuples?", ("A tuple keeps items in order like a list, but never changes after it was made.")),
    (r"sets?", ("A set keeps different items without an order; adding one twice changes nothing.")),
    (r"strings?|texts?", ("A string is text between quote marks. It never changes: its methods give back a new text.")),
    (
        r"int|integers?|floats?|types?|convert\w*",
        (
            "Every value has a type, and the type decides what may be done with it. Python does not convert between "
            "text and numbers by itself."
        ),
    ),
    (r"input", ("`input()` waits for a line and gives it as text, also when it looks like a number.")),
    (r"print\w*", ("`print` shows values on the screen and ends the line. It gives back `None`.")),
    (
        r"param\w*|arguments?",
        ("Parameters are the names in a function's header; arguments are the values a call puts into them."),
    ),
    (
        r"functions?|def|methods?",
        (
            "A function is a named block with inputs (parameters) and a result (`return`). It runs each time it is "
            "called, and only then."
        ),
    ),
    (
        r"class\w*|objects?|self",
        ("A class is a plan for objects. `self` stands for the one object that a method was called on."),
    ),
    (
        r"import\w*|modules?",
        ("`import` brings in code from another file or from Python's own collection, by its exact name."),
    ),
    (
        r"variables?|assign\w*|scopes?",
        (
            "A variable is a name for a value. `=` stores what is on its right under the name on its left. A "
            "variable made inside a function lives only there."
        ),
    ),
    (
        r"indent\w*|spaces",
        ("Python groups lines by the spaces at their start: all lines of a block begin in the same column."),
    ),
    (r"slic\w*", ("A slice such as `[a:b]` takes the items from position a up to, but not including, b.")),
    (r"test\w*|assert\w*", ("A test runs your code on one example and compares the result with what is expected.")),
)


def concept_for(text: str) -> str | None:
    """Find the note for the first idea named in a student's words."""
    words = text[:2000].lower()
    found = [(match.start(), note) for pattern, note in _NOTES if (match := re.search(rf"\b(?:{pattern})\b", words))]
    # Short words such as "for" and "if" are also plain English; they count only when nothing else is named.
    specific = [pair for pair in found if not re.match(r"\b(?:for|if|else|while|set)\b", words[pair[0] :])]
    chosen = specific or [pair for pair in found if f"`{words[pair[0] : pair[0] + 2]}" in words]
    return min(chosen)[1] if chosen else None

"""Syntax that is right somewhere else: other languages, Python 2, the terminal, the interactive prompt.

Patterns on a line whose strings are blanked out; `syntax_clues` asks them first.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say

HABITS: tuple[Rule, ...] = (
    rule(
        r"^(>>>|\.\.\.)(?:\s|$)|^(In \[\d+\]:)",
        say(
            "The code{on} begins with `{0}{1}`, the prompt of an interactive session.",
            "The prompt is printed by Python to say that it is ready; it is not part of the code and comes along "
            "with copying.",
            "Which part of {text} did somebody type, and which did the computer print?",
        ),
    ),
    rule(
        r"^(pip3?|python3?|conda|cd|ls)\s+(?!=)(?:install|-|\w[\w.]*$)",
        say(
            "`{0} …`{on} is a command for the terminal, not Python code.",
            "A terminal starts programs such as `{0}`; a Python file holds statements that Python itself runs.",
            "Where should this command be typed, and does the program need it every time it runs?",
        ),
    ),
    rule(
        r"\w\s*(\+\+|--)\s*(?:;|$|\))|^(\+\+|--)\w",
        say(
            "`{0}{1}`{on} is used to count up or down, and Python has no such operator.",
            "Other languages change a variable by one this way. Python reads two plus or minus signs and misses a "
            "value.",
            "How can a variable get a new value that is worked out from its old one?",
        ),
    ),
    rule(
        r"(&&|\|\|)",
        say(
            "The sign `{0}`{on} joins conditions in other languages, but not in Python.",
            "Python writes “and”, “or” and “not” between conditions as words.",
            "Say the condition in {text} aloud in English.",
        ),
    ),
    rule(
        r"(?<![\w\])])!\s*[\w(]",
        say(
            "The `!`{on} means “not” in other languages, but not in Python.",
            "Python writes the opposite of a condition with a word.",
            "Say the condition in {text} aloud in English.",
        ),
    ),
    rule(
        r"^\}?\s*(else\s+if|elseif|elsif|elif\s+if)\b",
        say(
            "`{0}`{on} is how other languages start a further test; Python has one short word for it.",
            "`else` takes no condition in Python, so the `if` after it cannot be read.",
            "Which word continues an `if` with another condition in Python?",
        ),
    ),
    rule(
        r"^for\s*\(.*;.*;",
        say(
            "The loop{on} is written like one in C or Java, with start, test and step.",
            "A Python `for` loop goes through the items of something, such as a list or a `range` of numbers.",
            "Which numbers or items should the loop in {text} go through?",
        ),
    ),
    rule(
        r"^(var|let|const|int|float|double|char|String|string|bool|boolean|auto)\s+[^\W\d]\w*\s*(?:=|;|$)",
        say(
            "The word `{0}` stands before a variable{on}, as in other languages.",
            "In Python a variable comes into being when it first gets a value. No word is written in front of its "
            "name.",
            "Which part of {text} is the variable's name?",
        ),
    ),
    rule(
        r"^(function|func|fn|fun|sub|void|public|private|static|struct|switch|do|foreach|until|unless|catch|throw|"
        r"using|include)\b(?!\s*[=.,\[]|\s*\(.*\)\s*$)",
        say(
            "The word `{0}`{on} belongs to another language; Python does not know it.",
            "Python has its own words for functions, blocks and errors, so it takes this one for a name.",
            "What should this line do, and with which word does Python say that?",
        ),
    ),
    rule(
        r"^(?:if|elif|while)\b.*\b(then|do)\s*:?$",
        say(
            "The word `{0}` at the end{on} is not part of Python.",
            "In Python the end of a condition is marked by a sign, not by a word.",
            "How do the other block headers in your program end?",
        ),
    ),
    rule(
        r"^(?://|/\*|\*/|--\s|<!--)",
        say(
            "The code{on} begins with the mark that starts a comment in another language.",
            "Python reads it as an operator without a value before it. Comments have another mark here.",
            "Is {text} meant to be read by Python or only by people?",
        ),
    ),
    rule(
        r"^\}\s*;?$|^(?:if|for|while|else|def|class)\b.*\{\s*$",
        say(
            "A curly brace{on} is used to mark a block of code.",
            "Python marks blocks with a colon and indentation. Curly braces make dictionaries and sets.",
            "Where does the block that belongs to this line begin and end?",
        ),
    ),
    rule(
        r"^(print|exec)\s+[\w\"'(]|^(print)\s*>>",
        say(
            "`{0}{1}`{on} is used without parentheses, as in the old Python 2.",
            "In Python 3 it is a function, so what it works on stands between parentheses right after its name.",
            "Compare {text} with a function call of yours that works.",
        ),
    ),
    rule(
        r"<>",
        say(
            "The sign `<>`{on} meant “not equal” in the old Python 2 only.",
            "Python 3 has a different sign for it.",
            "Which two values does {text} compare?",
        ),
    ),
    rule(
        r"^raise\s+\w+\s*,",
        say(
            "The `raise`{on} gives its message after a comma, as in the old Python 2.",
            "In Python 3 the message is handed to the error like an argument to a function.",
            "Which part of {text} is the error type and which is the message?",
        ),
    ),
    rule(
        r"`",
        say(
            "A backquote{on} has no meaning in Python 3.",
            "It looks like a quote mark, but only straight single and double quotes begin a text.",
            "Which quote marks in {text} differ from the others?",
        ),
    ),
)

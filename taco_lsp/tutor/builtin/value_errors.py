"""Values of the right type that cannot be used: conversions, unpacking, searching, calculating.

Covers `ValueError` and its relatives, `ZeroDivisionError` and `OverflowError`.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import nodes_in_line, why_type
from taco_lsp.tutor.builtin.source import unparse
from taco_lsp.tutor.builtin.wording import count, on_line, quote


def _number_from_text(failure: Failure, match: re.Match[str]) -> Cause:
    function, text = match[1], match[2]
    content = text.strip("'\"")
    return Cause(
        summary=f"`{function}()` gets the text {quote(text, 40)}{on_line(failure.line)}, which "
        f"{_what_is_wrong(function, content)}.",
        why=f"`{function}` can only turn a text into a number if the whole text is written as such a number. "
        f"{_argument_story(failure, function)}".strip(),
        look=f"Where does the text in {quote(failure.text)} come from, and what else can it hold besides a number?",
    )


def _what_is_wrong(function: str, content: str) -> str:
    content = content.replace("\\n", "\n").replace("\\t", "\t")
    if not content.strip():
        return "is empty"
    if function == "int" and re.fullmatch(r"\s*[-+]?\d*\.\d*\s*", content):
        return "is a decimal number and not a whole one"
    if re.fullmatch(r"\s*[-+]?\d*,\d*\s*", content):
        return "has a comma in it"
    if re.fullmatch(r"[-+.\d]+(?:[\s,;]+[-+.\d]+)+\s*", content):
        return "holds more than one number"
    if re.search(r"\d", content):
        return "holds other characters besides digits"
    return "is not written with digits"


def _argument_story(failure: Failure, function: str) -> str:
    for call in nodes_in_line(failure, ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == function and call.args:
            argument = call.args[0]
            if "input(" in unparse(argument):
                return "The text is what was typed at `input()`."
            return why_type(failure, argument)
    return ""


def _unpack(failure: Failure, match: re.Match[str]) -> Cause:
    few = match[1] == "not enough"
    wanted, got = int(match[2] or 0), match[3]
    values = count(int(got), "value") if got and got.isdigit() else "fewer values" if few else "more values"
    targets = [node.targets[0] for node in nodes_in_line(failure, ast.Assign)] + [
        node.target for node in nodes_in_line(failure, ast.For)
    ]
    right = [node.value for node in nodes_in_line(failure, ast.Assign)] + [
        node.iter for node in nodes_in_line(failure, ast.For)
    ]
    names = quote(unparse(targets[0]).strip("()"), 40) if targets else "the left side"
    story = why_type(failure, right[0]) if right else ""
    source = quote(unparse(right[0]), 40) if right else "the right side"
    return Cause(
        summary=f"{names}{on_line(failure.line)} waits for {count(wanted, 'value')}, but {source} gives {values}.",
        why="When several names stand on the left, each takes exactly one value, so both numbers must be the same. "
        f"{story}".strip(),
        look=f"What does one item of {source} look like? `print` it just before line {failure.line} and count its "
        "parts.",
    )


def _not_in_list(failure: Failure, match: re.Match[str]) -> Cause:
    method = "remove" if "remove" in match[0] else "index"
    item = quote(match[2], 30) if match[2] else "the value"
    return Cause(
        summary=f"`.{method}`{on_line(failure.line)} looks for {item} in a list that does not hold it.",
        why=f"`.{method}` needs the value to be there, exactly equal and of the same type. A value removed once may "
        "be gone the next time.",
        look=f"What does the list in {quote(failure.text)} hold at that moment, and is the value sure to be in it?",
    )


def _zero(failure: Failure, match: re.Match[str]) -> Cause:
    divisions = [
        node for node in nodes_in_line(failure, ast.BinOp) if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    ]
    augmented = [
        node.value
        for node in nodes_in_line(failure, ast.AugAssign)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    ]
    calls = [
        node.args[1]
        for node in nodes_in_line(failure, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "divmod" and len(node.args) > 1
    ]
    below = calls or augmented or [node.right for node in divisions]
    name = quote(unparse(below[0]), 40) if below else "the number below"
    empty = " `len` of something empty is 0." if "len(" in name else ""
    floor = (
        " `//` drops what is behind the decimal point, so a small number over a larger one gives 0."
        if "//" in name
        else ""
    )
    story = why_type(failure, below[0]) if below else ""
    return Cause(
        summary=f"{name} is 0{on_line(failure.line)}, and {quote(failure.text)} divides by it.",
        why=f"Dividing by zero, also with `//` and `%`, has no result.{empty}{floor} {story}".strip(),
        look=f"In which situation does {name} become 0, and what should the program do then?",
    )


ZERO_RULES: tuple[Rule, ...] = (
    rule(
        r"cannot be raised to a negative power|negative power",
        say(
            "Zero is raised to a negative power{on}.",
            "A negative power means “one divided by”, and dividing by zero has no result.",
            "In {text}, which value is 0, and can the power become negative?",
        ),
    ),
    rule(r"", _zero),
)

OVERFLOW_RULES: tuple[Rule, ...] = (
    rule(
        r"[Rr]esult (?:too large|out of range)|math range error|too large to convert to float|int too large"
        r"|cannot convert float infinity",
        say(
            "A result{on} is too large for a decimal number.",
            "Whole numbers can grow without limit in Python, but decimal numbers (`float`) end at about 10 to the "
            "power of 308.",
            "Which value in {text} grows so fast, and is it meant to? Powers and long loops do that.",
        ),
    ),
    rule(
        r"too large to (?:convert|fit)|cannot fit|too (?:big|large|many)",
        say(
            "A number{on} is too large for the place it should go to.",
            "Positions, lengths and repetitions have an upper limit set by the computer.",
            "How large is the number in {text}, and where does it come from?",
        ),
    ),
)

VALUE_RULES: tuple[Rule, ...] = (
    rule(r"invalid literal for (int)\(\) with base \d+: (.*)$", _number_from_text),
    rule(r"could not convert string to (float|complex): ?(.*)$", _number_from_text),
    rule(r"(not enough|too many) values to unpack \(expected (?:at least )?(\d+)(?:, got (\d+))?", _unpack),
    rule(
        r"need more than (\d+) values? to unpack",
        say(
            "The left side{on} waits for more values than the right side gives, which is {0}.",
            "When several names stand on the left, each takes exactly one value.",
            "How many values does the right side of {text} give?",
        ),
    ),
    rule(
        r"list\.remove\((x)\): x not in list|(?:array|tuple|list)\.(?:index|remove)\(x\): x not in|(.+) is not in "
        r"(?:list|deque|range)",
        _not_in_list,
    ),
    rule(
        r"substring not found|subsection not found",
        say(
            "A text is searched for a part{on} that does not occur in it.",
            "`.index` insists on finding the part. Capitals and spaces count.",
            "What does the text in {text} hold at that moment, and is the part sure to be in it?",
        ),
    ),
    rule(
        r"(max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
        say(
            "`{0}()`{on} is asked for the {0}imum of a collection that is empty.",
            "Without any items there is no largest or smallest one.",
            "Which line should fill the collection in {text}, and when does it stay empty?",
        ),
    ),
    rule(
        r"math domain error|expected a (?:nonnegative|positive) (?:input|number)",
        say(
            "A function of `math`{on} gets a number for which it has no result.",
            "For example, a negative number has no square root, and zero or less has no logarithm.",
            "What is the smallest value that can reach the function in {text}?",
        ),
    ),
    rule(
        r"empty separator",
        say(
            "`.split`{on} is given an empty text to split at.",
            "A text can only be cut where a certain mark stands, and an empty text is no mark.",
            "What should the pieces of {text} be: words, lines, or single letters?",
        ),
    ),
    rule(
        r"range\(\) arg 3 must not be zero|slice step cannot be zero",
        say(
            "The step{on} is 0, so counting would never move on.",
            "The third number of a `range` or slice says how far each step goes.",
            "Where does the step in {text} come from, and when is it 0?",
        ),
    ),
    rule(
        r"I/O operation on closed file",
        say(
            "The file is used{on} after it was closed.",
            "When the block of a `with` ends, or after `.close()`, nothing more can be read or written.",
            "Does {text} stand inside the block in which the file is open? Compare the indentation.",
        ),
    ),
    rule(
        r"time data (.+) does not match format (.+)",
        say(
            "The text {0}{on} is not written in the date format {1}.",
            "The format describes every character of the text: each `%` code stands for one part, all other marks "
            "must be equal.",
            "Lay the text and the format side by side. Where is the first difference?",
        ),
    ),
    rule(
        r"(day|month|year|hour|minute|second)[\w ]* (?:is out of range|must be in)",
        say(
            "The {0}{on} is a number that the calendar or the clock does not have.",
            "Dates and times accept only values that exist, and months differ in length.",
            "Which values can reach {text}, and in which order are they given?",
        ),
    ),
    rule(
        r"Unknown format code '(.)' for object of type '(\w+)'",
        say(
            "The format code `{0}`{on} does not fit a value of type `{1}`.",
            "After the colon in the braces stands how a value is shown; codes for numbers do not work for text.",
            "What kind of value is in the braces of {text}, and where does it come from?",
        ),
    ),
    rule(
        r"Invalid format specifier|[Uu]nsupported format character|Single '[{}]' encountered|expected '}' before "
        r"end",
        say(
            "The way a value should be shown in the text{on} is not written in a form that Python knows.",
            "Braces or a `%` in such a text announce a value; the signs after `:` or `%` follow fixed rules.",
            "Which of the braces or percent signs in {text} are meant to show a value, and which are only characters?",
        ),
    ),
    rule(
        r"'(\w+)' in __slots__ conflicts with class variable",
        say(
            "The class{on} lists `{0}` in `__slots__` and gives it a value in the class as well.",
            "`__slots__` reserves a place in each object for `{0}`, and a class variable of the same name would "
            "hide that place.",
            "Should `{0}` belong to each object, or to the class as a whole?",
        ),
    ),
    rule(
        r"cannot convert float (NaN|infinity) to integer",
        say(
            "A decimal number that is “{0}”{on} cannot become a whole number.",
            "Such values come out of calculations without a proper result.",
            "Which earlier calculation gives the value in {text}?",
        ),
    ),
    rule(
        r"Exceeds the limit",
        say(
            "A whole number with thousands of digits{on} is turned into text, or the other way round.",
            "Python limits this, because it can take very long.",
            "Is the number in {text} meant to be that large?",
        ),
    ),
    rule(
        r"dictionary update sequence element #(\d+) has length (\d+)",
        say(
            "`dict()`{on} gets items that are not pairs: item {0} has {1} parts.",
            "A dictionary is built from pairs of a key and a value.",
            "What does one item of the collection in {text} look like?",
        ),
    ),
    rule(
        r"chr\(\) arg not in range|negative shift count|must be non-negative|must be positive|negative",
        say(
            "A number{on} is outside of the range that the function accepts.",
            "Some functions only accept numbers from zero up, or up to a limit.",
            "What is the smallest and the largest number that can reach {text}?",
        ),
    ),
    rule(
        r"[Ii]nvalid mode|must have exactly one of create/read/write",
        say(
            "The mode given to `open`{on} is not one that Python knows.",
            "The mode is a short text that says whether the file is read, written or extended.",
            "What should happen to the file in {text}, and which letter stands for that?",
        ),
    ),
    rule(
        r"list modified during sort|arrays used as indices|truth value of an? .* is ambiguous",
        say(
            "A whole collection is used{on} where a single true or false is needed, or it changes while it is in use.",
            "An array has many values, and Python cannot tell whether all or any of them should count.",
            "What should be decided in {text}: something about one item, about all, or about any?",
        ),
    ),
    rule(
        r"embedded null|source code string cannot contain null",
        say(
            "The text{on} holds a zero character, which cannot be used there.",
            "Zero characters usually come from binary data that was read as text.",
            "Where does the text in {text} come from?",
        ),
    ),
    rule(
        r"Sample larger than population",
        say(
            "More different items are asked for{on} than there are.",
            "`sample` never takes the same item twice, so it can give at most as many as the collection holds.",
            "How many items are there, and how many does {text} want?",
        ),
    ),
)

JSON_RULES: tuple[Rule, ...] = (
    rule(
        r"(Expecting .+?|Extra data|Unterminated .+?|Invalid .+?): line (\d+) column (\d+)",
        say(
            "The JSON text read{on} is not well formed at its line {1}, column {2}: {0}.",
            "JSON is stricter than Python: double quotes only, no comma after the last item. An empty text is no "
            "JSON either.",
            "Print the text just before {text}. What stands at that place?",
        ),
    ),
)

"""For each kind of observation: the concept behind it, an example on other data, and steps to think in.

Holds text only. Examples never use the student's names or task; steps are comments without code.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Note:
    """What the rungs 2, 4 and 5 of the ladder say about one kind of observation."""

    concept: str
    example: str
    steps: tuple[str, ...]


_WORK_BY_HAND = (
    "write down one small example: what goes in, what should come out",
    "keep what is known so far under a clear name",
    "go through the data one part at a time",
    "for each part, decide what changes",
    "give the result back at the very end",
)

NOTES: dict[str, Note] = {
    "endless_loop": Note(
        "A `while` loop asks its condition before every round and goes on as long as it is true. Something inside "
        "the loop has to bring it closer to the point where the condition becomes false.",
        "fuel = 3\nwhile fuel > 0:\n    print('driving')\n    fuel = fuel - 1   # this is what ends it",
        (
            "set what the loop watches to its first value",
            "ask: should there be another round?",
            "do the work of one round",
            "change what the loop watches",
        ),
    ),
    "missing_return": Note(
        "A function gives back a value only through `return`. A path that reaches the end without one gives back "
        "`None`, which means “no value”.",
        "def size(weight):\n    if weight > 10:\n        return 'large'\n    return 'small'   # every path has an "
        "answer",
        (
            "name the cases the function must tell apart",
            "decide the answer for each case",
            "make sure that the case “none of these” has an answer, too",
        ),
    ),
    "print_not_return": Note(
        "`print` shows a value to a person; `return` hands a value to the line that made the call. A program can "
        "only go on working with a value that was handed back.",
        "def double(price):\n    return price * 2\n\nbill = double(4) + 1   # the result is used",
        (
            "work out the result inside the function",
            "hand it to the caller",
            "let the caller decide whether to show it",
        ),
    ),
    "shadowed_builtin": Note(
        "Python comes with functions such as `list`, `sum` or `max`. A variable of the same name hides the function "
        "from that line on, and calling it no longer works.",
        "names = ['Ada', 'Bob']      # a name of its own\nletters = list('abc')       # so `list` still works",
        ("say in one word what the value stands for", "use that word as the name everywhere"),
    ),
    "mutating_loop": Note(
        "A `for` loop remembers its place in a list by counting. When items are added or removed during the loop, "
        "everything behind shifts, and some items are skipped or met twice.",
        "guests = ['Ann', '', 'Bo']\ninvited = []\nfor guest in guests:       # `guests` stays as it is\n"
        "    if guest:\n        invited.append(guest)",
        (
            "start an empty result",
            "go through the original without changing it",
            "decide for each item whether it belongs in the result",
            "go on with the result",
        ),
    ),
    "loop_bounds": Note(
        "Positions start at 0, so n items have the positions 0 to n - 1. `range(n)` gives exactly those numbers: it "
        "starts at 0 and stops before n.",
        "days = ['Mon', 'Tue', 'Wed']\nfor i in range(len(days)):   # 0, 1, 2\n    print(i, days[i])",
        (
            "write down the first position you need",
            "write down the last position you need",
            "check both against a list of three items",
            "check a list of one item, and an empty one",
        ),
    ),
    "range_end": Note(
        "`range(a, b)` starts at a and stops before b: the end itself is never reached.",
        "for floor in range(1, 4):\n    print(floor)     # 1, 2, 3",
        (
            "write down the first number you need",
            "write down the last number you need",
            "compare both with what the loop gives",
        ),
    ),
    "integer_division": Note(
        "`//` divides and drops what is behind the decimal point; `/` keeps it; `%` gives the rest.",
        "minutes = 135\nprint(minutes // 60, minutes % 60)   # 2 15\nprint(minutes / 60)                  # 2.25",
        (
            "decide whether the result may be a decimal number",
            "work out one example that does not come out even",
            "compare it with what the program gives",
        ),
    ),
    "unused_result": Note(
        "Text methods and many functions never change what they are given. They make a new value, and that value is "
        "gone unless a name receives it.",
        "city = 'lima'\nshown = city.title()\nprint(city, shown)   # lima Lima",
        ("work out the new value", "keep it under a name", "go on with that name"),
    ),
    "comparison_statement": Note(
        "`=` stores a value under a name; `==` asks whether two values are equal and answers `True` or `False`.",
        "lives = 3            # stores\nprint(lives == 3)    # asks: True",
        ("decide: store or ask?", "if it is a question, decide who needs the answer"),
    ),
    "unused_parameter": Note(
        "Parameters are how values get into a function. Each should have a part in the result, or it is not needed.",
        "def area(width, height):\n    return width * height   # both take part",
        (
            "say what each parameter stands for",
            "say how the result changes when it changes",
            "find the step that uses it",
        ),
    ),
    "mutable_default": Note(
        "A default value is made once, when the function is defined. A list or dictionary used as a default is "
        "shared by all calls and keeps what earlier calls put in.",
        "def sign(guest, book=None):\n    book = [] if book is None else book   # a fresh one per call\n"
        "    book.append(guest)\n    return book",
        (
            "decide what should happen when the caller gives nothing",
            "make a fresh value inside the function in that case",
        ),
    ),
    "reset_in_loop": Note(
        "What stands inside a loop happens in every round. A value that should grow over all rounds has to start "
        "before the loop.",
        "steps = 0                      # once, before the loop\nfor day in [4, 6, 5]:\n    steps = steps + day        "
        "# every round",
        ("set the start value once", "begin the loop", "add the part of this round", "use the total after the loop"),
    ),
    "overwritten": Note(
        "`name = value` forgets the old value. To collect over several rounds, the new value has to be made from "
        "the old one and the present item.",
        "longest = ''\nfor word in ['a', 'tree', 'is']:\n    if len(word) > len(longest):   # the old value counts\n   "
        "     longest = word",
        (
            "say what the name should hold after each round",
            "say how it follows from its old value and the present item",
        ),
    ),
    "early_return": Note(
        "`return` ends the whole function at once, also in the middle of a loop. An answer that depends on all "
        "items can only be given after the loop.",
        "def has_red(cars):\n    for car in cars:\n        if car == 'red':\n            return True    # sure at "
        "once\n"
        "    return False           # sure only after all",
        (
            "ask: which answer is sure after one item?",
            "ask: which answer is sure only after all items?",
            "place each `return` where its answer is sure",
        ),
    ),
    "lonely_operand": Note(
        "`and` and `or` join whole questions. A bare number or text counts as true unless it is 0 or empty.",
        "pet = 'dog'\nif pet == 'cat' or pet == 'mouse':   # two whole questions\n    print('small')",
        (
            "write each question in full words",
            "join the questions with “and” or “or”",
            "try a value for which all answers are no",
        ),
    ),
    "is_literal": Note(
        "`==` asks whether two values are equal; `is` asks whether they are the very same object. For numbers and "
        "text, the first is the question one means.",
        "first, second = [1], [1]\nprint(first == second)   # True: equal\nprint(first is second)   # False: two lists",
        ("decide: equal, or the same object?", "choose the comparison that asks exactly that"),
    ),
    "input_text": Note(
        "`input()` always gives text, also when only digits were typed. Text and numbers are compared and added in "
        "different ways, so a conversion is needed in between.",
        "typed = '12'\nprint(typed + typed)             # 1212\nprint(int(typed) + int(typed))   # 24",
        ("read the text", "turn it into the kind of value you need", "calculate with that value"),
    ),
    "stub": Note(
        "A function is a small machine: values go in through parameters, steps happen in order, and one value comes "
        "out through `return`.",
        "def to_hours(minutes):\n    hours = minutes / 60    # work with what came in\n    return hours            # "
        "hand it out",
        _WORK_BY_HAND,
    ),
}

GENERAL = Note(
    "A program is easier to trust when one small example was worked out by hand first. Then each line can be "
    "checked against what it should hold at that moment.",
    "prices = [2, 5]\ntotal = 0\nfor price in prices:\n    total = total + price\n    print(price, total)   # watch it "
    "grow",
    _WORK_BY_HAND,
)
"""For code in which nothing in particular was seen."""


def note_for(kind: str | None) -> Note:
    """Give the note for a kind of observation, or the general one."""
    return NOTES.get(kind or "", GENERAL)

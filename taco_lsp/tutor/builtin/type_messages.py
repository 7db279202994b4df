"""Type errors that are explained by their message alone: lengths, hashing, formatting, arguments.

Those that need a look at the code are in `type_errors`, wrong argument counts in `call_errors`.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say

OTHER_RULES: tuple[Rule, ...] = (
    rule(
        r"object of type '([^']+)' has no len\(\)",
        say(
            "`len()`{on} is asked for the number of items in a value of type `{0}`, which has no items to count.",
            "`len` counts the letters of a text or the items of a collection. A number, a function or `None` has no "
            "length.",
            "What does the value inside the brackets in {text} hold? Is a call or a conversion missing before it "
            "gets there?",
        ),
    ),
    rule(
        r"bad operand type for (unary .|abs\(\)): '([^']+)'",
        say(
            "The sign or function `{0}`{on} is applied to a value of type `{1}`, which is not a number.",
            "A `+` or `-` directly before a value gives its sign. After `=`, as in `=+` or `=-`, it is read as such "
            "a sign too.",
            "Look at the order of the signs in {text}, and at the kind of value behind them.",
        ),
    ),
    rule(
        r"unhashable type: '([^']+)'",
        say(
            "A value of type `{0}`{on} is used as a dictionary key or as an item of a set.",
            "Keys and set items must never change, because they are found by their contents. A `{0}` can change.",
            "What should be the key in {text}? Which kind of value would stay the same?",
        ),
    ),
    rule(
        r"sequence item (\d+): expected (\w+) instance, (\w+) found",
        say(
            "`join`{on} meets an item of type `{2}` at position {0}, but it can only join text.",
            "`join` puts texts together and converts nothing by itself.",
            "What kind of items does the collection in {text} hold, and where were they put in?",
        ),
    ),
    rule(
        r"can only join an iterable|'(\w+)' object is not an iterator|'(\w+)' object is not reversible",
        say(
            "The code{on} needs a row of items, but gets a single value.",
            "`join`, `next` and `reversed` each work on something that holds several items in order.",
            "What does the value in {text} hold, and where is it set?",
        ),
    ),
    rule(
        r"slice indices must be integers",
        say(
            "A boundary of the slice{on} is not a whole number.",
            "Both sides of the `:` inside square brackets count positions. Dividing with `/` always gives a decimal "
            "number.",
            "Which value on either side of the `:` in {text} may be a decimal number or text?",
        ),
    ),
    rule(
        r"not all arguments converted during string formatting|not enough arguments for format string",
        say(
            "The number of `%` places in the text{on} and the number of values after it do not match.",
            "With a text on its left, `%` fills values into the text. With `input()` on its left it does so too, "
            "since that is text.",
            "Count places and values in {text}. Did you mean to fill in a text, or to calculate a remainder?",
        ),
    ),
    rule(
        r"%(\w) format: .* (?:is required|required), not (\w+)|must be real number, not (\w+)",
        say(
            "A number is required{on}, but a value of type `{1}{2}` was given.",
            "The place that the value goes to can only show or calculate numbers.",
            "Where does the value in {text} come from, and was it ever turned into a number?",
        ),
    ),
    rule(
        r"vars\(\) argument must have __dict__",
        say(
            "`vars()`{on} is given a value that keeps no table of its own variables.",
            "`vars` shows the variables stored in an object. Numbers, texts, lists and objects with `__slots__` "
            "have no such table.",
            "What kind of value is inside the brackets of {text}?",
        ),
    ),
    rule(
        r"exceptions must derive from|catching classes that do not inherit",
        say(
            "Something that is no error type is used with `raise` or `except`{on}.",
            "Only error types, such as `ValueError`, can be raised or caught; a plain text cannot.",
            "What stands after the keyword in {text}?",
        ),
    ),
    rule(
        r"Can't instantiate abstract class (\w+)",
        say(
            "An object of the class `{0}` is made{on}, but some of the methods it must have are not written yet.",
            "The class it is based on only lists these methods and leaves writing them to others.",
            "Which methods does the error message name, and which of them does your class define?",
        ),
    ),
    rule(
        r"Object of type (\w+) is not JSON serializable",
        say(
            "A value of type `{0}` cannot be written as JSON{on}.",
            "JSON knows text, numbers, true/false, null, lists and dictionaries, and nothing else.",
            "Where in the data for {text} does such a value sit?",
        ),
    ),
    rule(
        r"'(\w+)' object does not support the (?:asynchronous )?context manager|(__enter__)",
        say(
            "`with`{on} is used with a value that cannot be opened and closed.",
            "`with` works on things such as open files, which know how to begin and how to clean up.",
            "What does the expression after `with` in {text} give back?",
        ),
    ),
    rule(
        r"type (\w+) doesn't define (__\w+__) method",
        say(
            "A function{on} is used on a value of type `{0}`, which does not support it.",
            "`round`, `abs` and similar functions ask the value for help, and this kind of value has none to give.",
            "What does the value in {text} hold? Could it come from a function that does not return anything?",
        ),
    ),
    rule(
        r"(\w+)\(\) argument (\d+|'\w+') ?must be (.+?), not (\w+)",
        say(
            "`{0}()`{on} expects {2} as argument {1}, but gets a value of type `{3}`.",
            "Each place between the brackets of a call expects a certain kind of value.",
            "Go through the values in {text} one by one: what kind is each?",
        ),
    ),
    rule(
        r"expected (?:str|string|bytes)[\w, ]*(?:or os\.PathLike object|-like object)?,? ?(?:not|got|but) '?(\w+)",
        say(
            "Text is expected{on}, but a value of type `{0}` is given.",
            "The function works on text, and it converts nothing by itself.",
            "Which value in {text} is not text, and where does it come from?",
        ),
    ),
)

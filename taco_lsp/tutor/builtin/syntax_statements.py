"""Syntax errors inside a statement: assignments, calls, dictionaries.

Puts Python's own messages, of the versions 3.8 to 3.14, into plain words.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    explain_assignment_target,
    explain_condition_assignment,
)

_CALLS: tuple[Rule, ...] = (
    rule(
        r"Missing parentheses in call to '(\w+)'",
        say(
            "`{0}`{on} is called without parentheses, as in the old Python 2.",
            "In Python 3 `{0}` is a function, so what it works on stands between parentheses right after its name.",
            "Compare {text} with a function call of yours that works.",
        ),
    ),
    rule(
        r"positional argument follows keyword argument",
        say(
            "In the call{on}, a plain value comes after a `name=value`.",
            "Python matches plain values by their order first. After the first `name=value` the order no longer "
            "counts.",
            "Which of the values in {text} have a name, and which rely on their place?",
        ),
    ),
    rule(
        r"iterable argument unpacking follows keyword",
        say(
            "In the call{on}, a `*` argument comes after a `**` argument.",
            "Values by position have to come before values by name.",
            "Look at the order of the arguments in {text}.",
        ),
    ),
    rule(
        r"keyword argument repeated(?:: (\w+))?",
        say(
            "The same argument name `{0}` is given twice in one call{on}.",
            "Python cannot know which of the two values you mean.",
            "Which of the two values should count in {text}?",
        ),
    ),
    rule(
        r"Generator expression must be parenthesized",
        say(
            "A `… for … in …` inside the call{on} stands next to other arguments without its own parentheses.",
            "Python cannot tell where the loop expression ends and the next argument begins.",
            "Which part of {text} belongs to the loop?",
        ),
    ),
)

_DICTS: tuple[Rule, ...] = (
    rule(
        r"':' expected after dictionary key",
        say(
            "One entry of the dictionary{on} has a key but no value.",
            "In a dictionary each entry is a pair, `key: value`. After {marked} Python expected the colon of such a "
            "pair.",
            "Go through the entries in {text}. Which one is not a pair?",
        ),
    ),
    rule(
        r"expression expected after dictionary key",
        say(
            "One entry of the dictionary{on} has a key and a colon, but no value after the colon.",
            "Each entry is a pair, `key: value`, and here the second half is missing.",
            "Which value belongs to that key in {text}?",
        ),
    ),
    rule(
        r"cannot use a starred expression in a dictionary value|dict unpacking cannot|iterable unpacking cannot",
        say(
            "A star{on} spreads values at a place where only one value may stand.",
            "`*` and `**` unpack into calls and collections, not into a single entry or the result of a comprehension.",
            "How many values should stand at that place?",
        ),
    ),
)

_ASSIGNMENTS: tuple[Rule, ...] = (
    rule(r"Maybe you meant '==' or ':='|expression cannot contain assignment", explain_condition_assignment),
    rule(
        r"(?:cannot|can't) assign to (__debug__|True|False|None|keyword)",
        say(
            "The code{on} tries to give a new value to `{0}`, a word that Python keeps for itself.",
            "The name on the left of a single `=` receives a value. Reserved words always keep their own.",
            "Read {text}. Is this meant to store something, or to compare?",
        ),
    ),
    rule(
        r"(?:cannot|can't) assign to (.+?)(?: here)?(?:\. Maybe you meant '==' .*)?$",
        explain_assignment_target,
    ),
    rule(
        r"(?:cannot|can't) delete (.+)",
        say(
            "`del`{on} is used on {marked} ({0}), but it can only remove a name, a list item or an attribute.",
            "`del` makes a name or a place in a collection disappear; {marked} is not such a place.",
            "What did you want to be gone after this line: a variable, an item, or the result of something?",
        ),
    ),
    rule(
        r"'?(.+?)'? is an illegal expression for augmented assignment",
        say(
            "The left side of the combined assignment{on} is {marked} ({0}), which cannot be updated in place.",
            "An operator such as `+=` reads one variable, works with it and stores the result in the same variable.",
            "Which single variable should this line update?",
        ),
    ),
    rule(
        r"only single target \(not (\w+)\) can be annotated|illegal target for annotation",
        say(
            "A colon after something that is not a single variable{on} was read as a type note.",
            "Outside of a block header, `name: type` notes the type of one variable.",
            "What is the colon in {text} meant to do?",
        ),
    ),
    rule(
        r"assignment expression cannot (?:rebind|be used)|cannot rebind assignment expression|"
        r"cannot use assignment expressions with (.+)",
        say(
            "The `:=`{on} gives a value to something that must not change there, inside a comprehension or expression.",
            "`:=` stores a value in a plain variable while an expression is worked out. A comprehension already "
            "controls its own loop variable, so `:=` may not take the same name.",
            "Which names in {text} belong to the loop, and which name does `:=` set?",
        ),
    ),
    rule(
        r"cannot use (.*?) with (.+)",
        say(
            "Python does not allow {0} together with {1}{on}.",
            "The two parts of {marked} are each known to Python, but not in this combination.",
            "Which of the two did you need on this line?",
        ),
    ),
    rule(
        r"starred assignment target must be|multiple starred expressions|two starred expressions",
        say(
            "The star `*`{on} stands before a name that is not one of several names on the left.",
            "`*name` collects the values that are left over, so it needs company: other names, or a list or tuple "
            "around it.",
            "How many values are on the right of {text}, and who should get which?",
        ),
    ),
    rule(
        r"can(?:'t|not) use starred expression",
        say(
            "A star `*`{on} stands where there is nothing to unpack into.",
            "`*something` spreads values inside a call, a list or a tuple. On its own it has no place to put them.",
            "Where should the values of {marked} go?",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*_CALLS, *_DICTS, *_ASSIGNMENTS)

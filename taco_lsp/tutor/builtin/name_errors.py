"""Names Python does not know: misspelled, used too early, out of reach, or never imported.

Covers `NameError` and `UnboundLocalError`.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.source import FunctionNode, function_around, functions
from taco_lsp.tutor.builtin.wording import closest, on_line, quote

_BUILTINS = tuple(name for name in dir(builtins) if not name.startswith("_"))
_OTHER_LANGUAGES = {
    "true": "True",
    "false": "False",
    "null": "None",
    "nil": "None",
    "none": "None",
    "this": "self",
    "undefined": "None",
    "NULL": "None",
}


def _undefined(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    for explain in (
        _used_too_early,
        _other_language,
        _inside_other_function,
        _method_without_self,
        _not_imported,
        _similar,
    ):
        cause = explain(failure, name)
        if cause:
            return cause
    return _never_set(failure, name)


def _used_too_early(failure: Failure, name: str) -> Cause | None:
    here = function_around(failure.source.tree, failure.line)
    lines = [item.line for item in failure.source.bindings if item.name == name and not item.scope]
    later = [line for line in lines if failure.line and line >= failure.line]
    if not later or len(later) < len(lines) or (here and here.name == name):
        return None
    if later[0] == failure.line:
        return Cause(
            summary=f"`{name}` is used on line {failure.line} to work out its own first value, before it has one.",
            why=f"Python works out the right side of {quote(failure.text)} first, and `{name}` has no value at that "
            "moment.",
            look=f"What value should `{name}` have before line {failure.line} runs for the first time?",
        )
    called = " by the call that leads there" if here else ""
    return Cause(
        summary=f"`{name}` is used on line {failure.line}{called}, before line {later[0]} gives it a value.",
        why=f"Python runs a file from top to bottom. When it reaches {quote(failure.text)}, line {later[0]} has not "
        "run yet.",
        look=f"In which order do lines {failure.line} and {later[0]} run? Which one needs the other?",
    )


def _other_language(failure: Failure, name: str) -> Cause | None:
    if name not in _OTHER_LANGUAGES:
        return None
    known = _OTHER_LANGUAGES[name]
    return Cause(
        summary=f"`{name}`{on_line(failure.line)} is not a word of Python; the name `{known}` is Python's closest one.",
        why="Other languages spell this word differently, and Python tells capital and small letters apart.",
        look=f"Which value did you mean by `{name}`, and how does Python spell it?",
    )


def _inside_other_function(failure: Failure, name: str) -> Cause | None:
    here = function_around(failure.source.tree, failure.line)
    scopes = {item.scope: item.line for item in failure.source.bindings if item.name == name}
    if not scopes or "" in scopes or (here and here.name in scopes):
        return None
    scope, line = next(iter(scopes.items()))
    return Cause(
        summary=f"`{name}` is used{on_line(failure.line)}, but it only exists inside the function `{scope}` (line "
        f"{line}).",
        why="A name that gets its value inside a function belongs to that function alone; other lines do not see "
        f"it, also after `{scope}` has run.",
        look=f"How does a value get out of `{scope}` to the line that needs it, {quote(failure.text)}?",
    )


def _method_without_self(failure: Failure, name: str) -> Cause | None:
    suggested = f"self.{name}" in failure.message
    owner = next(
        (
            node.name
            for node in ast.walk(failure.source.tree or ast.Module([], []))
            if isinstance(node, ast.ClassDef)
            and any(isinstance(item, FunctionNode) and item.name == name for item in node.body)
        ),
        "",
    )
    if not owner and not suggested:
        return None
    holder = f"the class `{owner}`" if owner else "the object itself"
    return Cause(
        summary=f"`{name}`{on_line(failure.line)} belongs to {holder}, and it cannot be reached by its bare name.",
        why=f"What belongs to an object is only reached through the object. {quote(failure.text)} asks for a "
        f"free-standing name `{name}`, and there is none.",
        look="Inside a method, which name stands for the object itself?",
    )


def _not_imported(failure: Failure, name: str) -> Cause | None:
    if name not in sys.stdlib_module_names and "forget to import" not in failure.message:
        return None
    return Cause(
        summary=f"`{name}`{on_line(failure.line)} is the name of a module of Python that this file has not imported.",
        why="Modules are not there by themselves: a file has to ask for each one before the first use, and when "
        f"Python reaches {quote(failure.text)} nothing has brought in `{name}`.",
        look="Which lines at the top of the file bring in modules, and which module is missing there?",
    )


def _similar(failure: Failure, name: str) -> Cause | None:
    suggested = re.search(r"Did you mean: '([^']+)'", failure.message)
    own = [item.name for item in failure.source.bindings] or _words(failure)
    similar = suggested[1] if suggested else closest(name, [*own, *_BUILTINS, *_keywords(name)])
    if similar is None:
        return None
    known = next((item.line for item in failure.source.bindings if item.name == similar), None)
    what = f" (set on line {known})" if known else " (part of Python)" if similar in _BUILTINS else ""
    return Cause(
        summary=f"`{name}` is used{on_line(failure.line)} but was never given a value; the name `{similar}`{what} "
        "looks similar.",
        why=f"Two names are the same to Python only if every letter is, including capitals. In {quote(failure.text)} "
        f"it looked for exactly `{name}` and found nothing.",
        look=f"Compare `{name}` and `{similar}` letter by letter. Are they meant to be the same thing?",
    )


def _keywords(name: str) -> list[str]:
    return [word for word in keyword.kwlist if word.lower() == name.lower()]


def _words(failure: Failure) -> list[str]:
    """Words of a file that does not parse, that are followed by an equals sign."""
    return re.findall(r"^\s*([^\W\d]\w*)\s*=[^=]", "\n".join(failure.source.lines[:2000]), re.MULTILINE)


def _never_set(failure: Failure, name: str) -> Cause:
    called = re.search(rf"\b{re.escape(name)}\s*\(", failure.text)
    if called:
        return Cause(
            summary=f"The function `{name}` is called{on_line(failure.line)}, but nothing with that name was defined "
            "or imported.",
            why=f"Before a call such as {quote(failure.text)}, Python must have met a `def` or an `import` for "
            f"`{name}`.",
            look=f"Where should `{name}` come from: your own code, a module, or a class it belongs to? Is it spelled "
            "the same there?",
        )
    return Cause(
        summary=f"`{name}` is used{on_line(failure.line)} but was never given a value.",
        why=f"When Python reached {quote(failure.text)}, no line run so far had set `{name}`. Without quote marks "
        "Python takes a word for the name of a variable, not for text.",
        look=f"Is `{name}` a variable, and which line should set it? Or is it meant to be text, or something from a "
        "module?",
    )


def _free_variable(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    return Cause(
        summary=f"`{name}`{on_line(failure.line)} belongs to the function around it and has no value yet at that "
        "moment.",
        why=f"The inner function runs before the line of the outer function that sets `{name}`.",
        look=f"When is the inner function called, and when is `{name}` set?",
    )


def _unbound(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    function = functions(failure.source.tree).get(failure.frame.function if failure.frame else "")
    set_on = [
        item.line for item in failure.source.bindings if function and item.name == name and item.scope == function.name
    ]
    outside = [item.line for item in failure.source.bindings if item.name == name and not item.scope]
    where = f" (line {set_on[0]})" if set_on else ""
    owner = f"`{function.name}`" if function else "the function"
    look = f"Should `{name}` be a variable of the function's own? Then where does its first value come from?"
    if outside:
        return Cause(
            summary=f"`{name}`{on_line(failure.line)} is a different variable from the `{name}` outside (line "
            f"{outside[0]}), and has no value yet.",
            why=f"Because {owner} gives `{name}` a value somewhere{where}, Python treats `{name}` as the function's "
            "own variable everywhere in it. The one outside is not read.",
            look=f"Should the function work with its own `{name}`, or get the outer value in some way, such as a "
            "parameter?",
        )
    if hasattr(builtins, name):
        return Cause(
            summary=f"`{name}`{on_line(failure.line)} is made a variable of the function, which hides Python's own "
            f"`{name}`.",
            why=f"Since {owner} gives `{name}` a value{where}, the name no longer means the built-in function there, "
            "and it has no value when it is first read.",
            look=f"In {quote(failure.text)}, which `{name}` is meant on each side, and what else could the variable "
            "be called?",
        )
    if re.match(rf"{re.escape(name)}\s*(?:[-+*/%]|//|\*\*)?=", failure.text):
        return Cause(
            summary=f"`{name}`{on_line(failure.line)} is needed to work out its own new value, but it has none yet "
            f"inside {owner}.",
            why=f"{quote(failure.text)} reads the old value first. A name that a function sets is the function's "
            f"own, so a variable called `{name}` outside of it does not help.",
            look=look,
        )
    return Cause(
        summary=f"`{name}` is read{on_line(failure.line)} inside {owner} before any line that was run there gave it "
        "a value.",
        why=f"The function does set `{name}` somewhere{where}, so Python treats it as the function's own. On the way "
        f"to {quote(failure.text)}, that line was not reached: it comes later, or inside an `if` or a loop that did "
        "not run.",
        look=look,
    )


NAME_RULES: tuple[Rule, ...] = (
    rule(r"free variable '([^']+)'", _free_variable),
    rule(r"name '([^']+)' is not defined", _undefined),
    rule(r"local variable '([^']+)'", _unbound),
)

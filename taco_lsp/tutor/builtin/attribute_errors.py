"""Names after a dot that are not there: `None`, the wrong kind of value, a typo, a shadowed module.

Covers `AttributeError`.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.origins import base_name, nodes_in_line, why_none, why_type
from taco_lsp.tutor.builtin.wording import closest, on_line, plain_type, quote

_FOREIGN = {
    "push": "adding an item",
    "add": "adding an item",
    "append": "adding an item",
    "length": "the number of items",
    "size": "the number of items",
    "len": "the number of items",
    "count": "counting",
    "contains": "asking for an item",
    "indexOf": "finding a position",
    "find": "finding a position",
    "substring": "taking a part",
    "charAt": "taking a letter",
    "toLowerCase": "small letters",
    "toUpperCase": "capital letters",
    "trim": "removing spaces",
    "has_key": "asking for a key",
    "each": "going through the items",
    "map": "changing each item",
    "toString": "turning a value into text",
    "sort": "sorting",
    "sorted": "sorting",
    "reverse": "turning the order round",
    "iteritems": "going through the pairs",
    "equals": "comparing",
    "round": "rounding",
    "get": "looking up",
    "keys": "listing keys",
    "items": "listing pairs",
}
"""What people want who try these names on a value that does not have them."""


def _base(failure: Failure, attribute: str) -> ast.expr | None:
    found = [node for node in nodes_in_line(failure, ast.Attribute) if node.attr == attribute]
    return found[0].value if found else None


def _on_none(failure: Failure, match: re.Match[str]) -> Cause:
    attribute = match[1]
    base = _base(failure, attribute)
    name = base_name(base) if base else "the value before the dot"
    reason = why_none(failure, base)
    return Cause(
        summary=f"{name} is `None`{on_line(failure.line)}, so it has no `.{attribute}`.",
        why="`None` means “no value”. "
        f"{reason or 'It often comes from a function that ends without `return`, or a search that found nothing.'}",
        look=f"Follow {name} back from {quote(failure.text)}: which line gives it a value, and when is that value "
        "`None`?",
    )


def _own_file_hides_module(failure: Failure, module: str) -> bool:
    stem = PureWindowsPath(failure.filename or "").stem
    files = {PureWindowsPath(frame.file).stem for frame in failure.frames}
    return "consider renaming" in failure.message or (
        module in sys.stdlib_module_names and (stem == module or module in files)
    )


def _on_module(failure: Failure, match: re.Match[str]) -> Cause:
    module, attribute = match[1], match[2]
    on = on_line(failure.line)
    if "circular import" in failure.message or "partially initialized" in failure.message:
        same = _own_file_hides_module(failure, module)
        if not same:
            return Cause(
                summary=f"The module `{module}` is used{on} while Python is still in the middle of importing it (a "
                "circular import).",
                why=f"Two files import each other, or `{module}` imports itself, so `{attribute}` is asked for "
                "before the line that creates it was run.",
                look="Which file imports which? Follow the imports and see where the circle closes.",
            )
    if _own_file_hides_module(failure, module):
        return Cause(
            summary=f"A file of your own is called `{module}.py`, and it is imported{on} in place of Python's module "
            f"`{module}`.",
            why="Python looks for modules in the program's own folder first. It found your file, which has no "
            f"`{attribute}`.",
            look="Look at the names of the files in your folder. Which one carries the name of a module you want to "
            "use?",
        )
    similar = _suggestion(failure) or closest(attribute, _names_of_module(module))
    hint = f"; the name `{similar}` looks similar" if similar else ""
    return Cause(
        summary=f"The module `{module}` has nothing called `{attribute}`{on}{hint}.",
        why=f"{quote(failure.text)} asks the module for exactly that name. Capital letters count, and a module may "
        "sit inside another one of the same name.",
        look=f"How is that name spelled in the documentation of `{module}`, and is `{module}` the module you mean?",
    )


def _names_of_module(module: str) -> list[str]:
    """Names of a standard module that happens to be loaded; nothing is imported for this."""
    loaded = sys.modules.get(module) if module in sys.stdlib_module_names else None
    return [name for name in dir(loaded) if not name.startswith("_")] if loaded else []


def _suggestion(failure: Failure) -> str | None:
    match = re.search(r"Did you mean:? '([^']+)'", failure.message)
    return match[1] if match else None


def _on_class(failure: Failure, match: re.Match[str]) -> Cause:
    owner, attribute = match[1], match[2]
    similar = _suggestion(failure)
    hint = f"; the name `{similar}` looks similar" if similar else ""
    return Cause(
        summary=f"The class `{owner}` itself has no `{attribute}`{on_line(failure.line)}{hint}.",
        why=f"{quote(failure.text)} asks the class, not an object made from it. Values set with `self.` in a method "
        "exist only on an object.",
        look=f"Where is `{attribute}` created, and does it belong to the class or to each object? Check its "
        "spelling, too.",
    )


def _on_value(failure: Failure, match: re.Match[str]) -> Cause:
    kind, attribute = match[1], match[2]
    base = _base(failure, attribute)
    name = base_name(base) if base else "the value before the dot"
    known = (
        [item for item in dir(getattr(builtins, kind, None)) if not item.startswith("_")]
        if hasattr(builtins, kind)
        else []
    )
    similar = _suggestion(failure) or closest(attribute, known or _attributes_in_class(failure, kind))
    on, came_from = on_line(failure.line), why_type(failure, base)
    if attribute == "join" and kind != "str":
        return Cause(
            summary=f"`.join` is called on {plain_type(kind)}{on}, but it belongs to the text that goes between the "
            "parts.",
            why="`join` is a method of text: the separator stands before the dot, the parts inside the brackets. "
            f"{came_from}",
            look=f"In {quote(failure.text)}, which value is the separator and which holds the parts?",
        )
    if similar:
        return Cause(
            summary=f"{name} is {plain_type(kind)}, which has no `.{attribute}`{on}; the name `.{similar}` looks "
            "similar.",
            why=f"Each kind of value has its own fixed set of names after the dot, spelled exactly. {came_from}",
            look=f"Compare `{attribute}` and `{similar}` letter by letter. Is that the one you mean?",
        )
    wish = ""
    if attribute in _FOREIGN:
        wish = f" The name suggests {_FOREIGN[attribute]}; this kind of value does that in another way."
    elif kind == "str" and (isinstance(base, ast.Constant) or failure.text.startswith(".")):
        wish = " A full stop right after a text asks that text for something; between items one expects a comma."
    return Cause(
        summary=f"{name} is {plain_type(kind)}{on}, and that kind of value has no `.{attribute}`.",
        why=f"Which names may stand after a dot depends on the kind of value before it.{wish} {came_from}".strip(),
        look=f"Is {name} really the kind of value you expect in {quote(failure.text)}? `print(type(…))` would show it.",
    )


def _attributes_in_class(failure: Failure, kind: str) -> list[str]:
    """Methods of a class of the student's, and what it sets on `self`."""
    owner = (
        next(
            (node for node in ast.walk(failure.source.tree) if isinstance(node, ast.ClassDef) and node.name == kind),
            None,
        )
        if failure.source.tree
        else None
    )
    if owner is None:
        return []
    inside = list(ast.walk(owner))
    methods = [node.name for node in inside if isinstance(node, ast.FunctionDef)]
    return methods + [
        node.attr for node in inside if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]


def _read_only(failure: Failure, match: re.Match[str]) -> Cause:
    return Cause(
        summary=f"`{match[1]}` of this value cannot be set{on_line(failure.line)}; it can only be read.",
        why="Some values fix what belongs to them: built-in types, and properties without a way to set them.",
        look=f"In {quote(failure.text)}, what stands before the dot, and is it a value you may change?",
    )


RULES: tuple[Rule, ...] = (
    rule(r"'NoneType' object has no attribute '([^']+)'", _on_none),
    rule(r"(?:partially initialized )?module '([^']+)' has no attribute '([^']+)'", _on_module),
    rule(r"type object '([^']+)' has no attribute '([^']+)'", _on_class),
    rule(
        r"attribute '([^']+)' of .* is(?: not writable| read-only)|property '([^']+)' .* has no setter|can't set "
        r"attribute '?(\w*)",
        _read_only,
    ),
    rule(r"'([^']+)' object has no attribute '([^']+)'", _on_value),
)

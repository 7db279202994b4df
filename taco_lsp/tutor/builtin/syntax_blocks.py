"""Syntax errors about blocks: headers, parameters, and words in a place where they have no meaning.

Puts Python's own messages, of the versions 3.8 to 3.14, into plain words.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    explain_block_without_colon,
    explain_keyword_suggestion,
)

_PARAMETERS: tuple[Rule, ...] = (
    rule(
        r"(?:arguments|parameters) cannot follow var-keyword",
        say(
            "In the function header{on}, a parameter comes after `**`, which must be the last one.",
            "`**name` collects all named arguments that are left over, so nothing may come after it.",
            "Look at the order of the parameters in {text}.",
        ),
    ),
    rule(
        r"duplicate (?:argument|parameter) '(\w+)'",
        say(
            "The function header{on} uses the parameter name `{0}` twice.",
            "Each parameter needs a name of its own, or the function could not tell the values apart.",
            "What should each of the two parameters stand for?",
        ),
    ),
    rule(
        r"non-default argument follows default|parameter without a default follows",
        say(
            "In the function header{on}, a parameter without a default value comes after one that has a default.",
            "Values are matched from left to right, so the parameters that may be left out have to come last.",
            "Which parameters in {text} may a caller leave out?",
        ),
    ),
    rule(
        r"/ must be ahead of \*|/ may appear only once|at least one (?:argument|parameter) must precede /",
        say(
            "The `/` in the function header{on} is at a place where it is not allowed.",
            "`/` ends the list of parameters given by position only. It comes once, after at least one parameter "
            "and before any `*`.",
            "Which parameters in {text} should stand before the `/`?",
        ),
    ),
    rule(
        r"\* (?:argument |parameter )?may appear only once",
        say(
            "The function header{on} has more than one parameter with a single `*`.",
            "`*name` collects all the values that are left over; a second one would have nothing to collect.",
            "Which of the starred parameters in {text} do you need?",
        ),
    ),
    rule(
        r"named (?:arguments|parameters) must follow bare \*",
        say(
            "The `*` in the function header{on} is not followed by any named parameter.",
            "A `*` alone says that all parameters after it are given by name, and there are none after it.",
            "What did you want the `*` in {text} to collect or to separate?",
        ),
    ),
    rule(
        r"(Function|Lambda expression) parameters cannot be parenthesized",
        say(
            "A group of parameters{on} is wrapped in its own parentheses.",
            "A function takes separate names. A tuple can be passed in, but it arrives under a single name.",
            "How many values should the function receive, and under which names?",
        ),
    ),
    rule(
        r"expected default value expression",
        say(
            "A parameter{on} has an `=` with no default value after it.",
            "The `=` in a function header introduces the value that is used when the caller gives none.",
            "Which value should that parameter have when it is left out?",
        ),
    ),
)

_BLOCKS: tuple[Rule, ...] = (
    rule(r"expected ':'", explain_block_without_colon),
    rule(
        r"expected '\('",
        say(
            "The function header{on} has no parentheses after the function's name.",
            "After `def` come the name and then a pair of parentheses around the parameters, also when there are none.",
            "Compare {text} with a function header that works.",
        ),
    ),
    rule(
        r"expected 'except' or 'finally' block",
        say(
            "The `try` block above is not followed by an `except` or a `finally`{on}.",
            "`try` says that something may go wrong, and Python needs to know what to do then.",
            "What should happen when the code inside `try` fails? Check the indentation of the lines after it too.",
        ),
    ),
    rule(
        r"multiple exception types must be parenthesized",
        say(
            "The `except`{on} lists several error types without parentheses around them.",
            "A comma after the first type had another meaning in old Python, so a group has to be marked as one group.",
            "Which parts of {text} are the types, and which is the name for the error?",
        ),
    ),
    rule(
        r"default 'except:' must be last",
        say(
            "An `except:` that catches everything comes before a more precise one{on}.",
            "Python tries them from top to bottom, so the ones after a catch-all would never be reached.",
            "In which order should your `except` blocks be tried?",
        ),
    ),
    rule(
        r"expected 'else' after 'if' expression|expected expression before 'else'|expected expression after 'else'",
        say(
            "The one-line `if … else …`{on} is not complete: both sides need a value.",
            "An `if` inside an expression has to give a value in both cases, when the condition is true and when it "
            "is not.",
            "Which value does {text} have when the condition is true, and which when it is not?",
        ),
    ),
    rule(
        r"'elif' block follows an 'else' block",
        say(
            "An `elif`{on} comes after the `else` of the same `if`.",
            "`else` covers everything that is left, so no further case can come after it.",
            "In which order should the cases be tested?",
        ),
    ),
    rule(
        r"did you forget parentheses around the comprehension target",
        say(
            "The comprehension{on} builds several values at a time without marking them as one group.",
            "Each round of a comprehension gives one value; a pair has to be marked as a pair.",
            "What should one item of the result look like?",
        ),
    ),
    rule(r"Did you mean '(\w+)'\?", explain_keyword_suggestion),
)

_PLACES: tuple[Rule, ...] = (
    rule(
        r"'(return|yield|yield from|await)' outside (?:async )?function",
        say(
            "The `{0}`{on} is not inside a function.",
            "`{0}` hands something over from a function, so it only has a meaning in the indented block below a `def`.",
            "Which function should this line belong to? Compare its indentation with the lines above.",
        ),
    ),
    rule(
        r"'(break|continue)' (?:outside loop|not properly in loop)",
        say(
            "The `{0}`{on} is not inside a loop.",
            "`{0}` steers the `for` or `while` loop around it, and here there is no loop around it.",
            "Which loop should it belong to? Compare its indentation with the loop's block.",
        ),
    ),
    rule(
        r"name '(\w+)' is (?:assigned to|used) before (global|nonlocal) declaration"
        r"|name '(\w+)' is used prior to (global|nonlocal)",
        say(
            "The name `{0}{2}` is used before the line that declares it `{1}{3}`{on}.",
            "Within a function, a name must be declared `global` or `nonlocal` before its first use there.",
            "Where in the function does the name appear for the first time?",
        ),
    ),
    rule(
        r"name '(\w+)' is (\w+) and (\w+)",
        say(
            "The name `{0}` is {1} and {2} at the same time{on}.",
            "Inside one function a name can be only one of these: a parameter, `global`, or `nonlocal`.",
            "Which variable should `{0}` be here: the function's own, or one from outside?",
        ),
    ),
    rule(
        r"annotated name '(\w+)' can't be (global|nonlocal)",
        say(
            "The name `{0}`{on} has a type note although it was declared `{1}`.",
            "A type note belongs to a variable of the function itself, but `{1}` says that it lives outside.",
            "Should `{0}` be the function's own variable, or the one outside?",
        ),
    ),
    rule(
        r"no binding for nonlocal '(\w+)'|nonlocal declaration not allowed at module level",
        say(
            "`nonlocal`{on} looks for a variable of an outer function, and there is none with that name.",
            "`nonlocal` reaches into the function around the present one, never to the top of the file.",
            "Where is the variable created that this line should refer to?",
        ),
    ),
    rule(
        r"import \* only allowed at module level",
        say(
            "An `import *`{on} stands inside a function or class.",
            "Bringing in every name at once is only possible at the top of a file.",
            "Which names does the function need?",
        ),
    ),
    rule(
        r"from __future__ imports must occur at the beginning",
        say(
            "The `from __future__ import`{on} is not at the beginning of the file.",
            "Such an import changes how the whole file is read, so Python has to see it before any other code.",
            "What stands above that line?",
        ),
    ),
    rule(
        r"future feature (\S+) is not defined|not a chance",
        say(
            "The special module `__future__` has no feature named `{0}`{on}.",
            "`__future__` offers a short fixed list of features of the language, each asked for by its name; `*` is "
            "not one.",
            "Which feature did you want, and how is its name spelled?",
        ),
    ),
    rule(
        r"trailing comma not allowed without",
        say(
            "The import{on} ends with a comma, with no further name after it.",
            "A comma announces another name. Without parentheses around the names, the line ends before one comes.",
            "Which names do you want to import?",
        ),
    ),
    rule(
        r"Expected one or more names after 'import'|cannot use .* as import target",
        say(
            "The import{on} does not name what should be brought in.",
            "After `import` Python expects one or more plain names.",
            "Which names do you need from that module?",
        ),
    ),
    rule(
        r"Did you mean to use 'from \.\.\. import",
        say(
            "The two halves of the import{on} are in the wrong order.",
            "Python reads where something comes from first, and then what to take.",
            "In {text}, which word is the module and which is the thing you want from it?",
        ),
    ),
    rule(
        r"too many statically nested|too many nested parentheses|too many levels of indentation",
        say(
            "The code{on} is nested deeper than Python allows.",
            "Each block or bracket inside another adds a level, and there is a limit.",
            "Which of the inner blocks could become a function of its own?",
        ),
    ),
    rule(
        r"multiple statements found while compiling",
        say(
            "Several statements were given where Python takes one at a time.",
            "The interactive prompt runs one statement after the other; a whole program belongs in a file.",
            "Where did you enter the code?",
        ),
    ),
    rule(
        r"makes remaining patterns unreachable|alternative patterns bind|multiple assignments to name '(\w+)' in "
        r"pattern"
        r"|positional patterns follow",
        say(
            "A `case`{on} catches everything, or names its parts in a way Python cannot follow.",
            "Cases are tried from top to bottom; a plain name in a `case` matches any value at all.",
            "What should each `case` match that the others do not?",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*_PARAMETERS, *_BLOCKS, *_PLACES)

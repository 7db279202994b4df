"""Names that students use without an import, with the module they are from, and names of the old Python 2.

Only names that mean one thing: `open` of `os` or `copy` of a list are not here.
"""

from __future__ import annotations

_MODULES = {
    "math": "sqrt ceil floor sin cos tan asin acos atan log log10 factorial gcd radians degrees hypot pi isnan inf",
    "random": "randint randrange shuffle choice choices uniform sample",
    "time": "sleep perf_counter",
    "datetime": "timedelta date",
    "collections": "Counter defaultdict deque namedtuple OrderedDict",
    "itertools": "permutations combinations product chain cycle groupby zip_longest islice",
    "functools": "reduce partial lru_cache wraps total_ordering cache",
    "statistics": "mean median mode stdev variance",
    "typing": "List Dict Tuple Set Optional Union Any Callable Iterable",
    "dataclasses": "dataclass field",
    "enum": "Enum IntEnum",
    "abc": "ABC abstractmethod",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "pathlib": "Path",
    "string": "ascii_lowercase ascii_uppercase ascii_letters punctuation",
    "copy": "deepcopy",
    "sys": "argv",
    "numpy": "np",
    "pandas": "pd DataFrame",
    "matplotlib": "plt",
    "turtle": "Turtle",
    "tkinter": "Tk Label Button Entry",
    "threading": "Thread",
    "unittest": "TestCase",
}

MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

PYTHON_2 = {
    "raw_input": "input",
    "xrange": "range",
    "unicode": "str",
    "unichr": "chr",
    "long": "int",
    "basestring": "str",
    "izip": "zip",
    "imap": "map",
}
"""What Python 2 called a function, and what Python calls it today."""

"""Settings: what can be configured, and where each value came from.

`options` declares every setting once; `layers` reads the five sources and merges them. This package decides
nothing about how a setting is used.
"""

from taco_lsp.config.layers import Effective, Problem, Source, load
from taco_lsp.config.options import BY_KEY, OPTIONS, Option, Settings, default_store_url, user_config_file

__all__ = [
    "BY_KEY",
    "OPTIONS",
    "Effective",
    "Option",
    "Problem",
    "Settings",
    "Source",
    "default_store_url",
    "load",
    "user_config_file",
]

"""Errors of libraries that students meet: numpy, pandas, matplotlib, requests, tkinter, turtle, pygame, sqlite3, re.

Knows messages only; the libraries need not be installed.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say

RULES: tuple[Rule, ...] = (
    rule(
        r"operands could not be broadcast together with shapes (\([\d, ]*\)) (\([\d, ]*\))",
        say("library_errors.shapes_differ", "first", "second"),
    ),
    rule(
        r"shapes (\([\d, ]*\)) and (\([\d, ]*\)) not aligned",
        say("library_errors.shapes_not_aligned", "first", "second"),
    ),
    rule(r"setting an array element with a sequence|inhomogeneous shape", say("library_errors.ragged")),
    rule(
        r"cannot reshape array of size (\d+) into shape (\(?[\d, -]+\)?)",
        say("library_errors.reshape", "size", "shape"),
    ),
    rule(
        r"only integer scalar arrays|only integers, slices|arrays used as indices must be",
        say("library_errors.array_integer"),
    ),
    rule(
        r"Length of values \((\d+)\) does not match length of index \((\d+)\)",
        say("library_errors.length_of_values", "values", "rows"),
    ),
    rule(r"(?:All arrays|arrays) must (?:all )?be (?:of )?the same length", say("library_errors.same_length")),
    rule(r"If using all scalar values", say("library_errors.scalar_table")),
    rule(r"\[(.+?)\] not (?:found in axis|in index)", say("library_errors.not_in_axis", "names")),
    rule(r"None of \[?(.+?)\]? are in the \[(\w+)\]", say("library_errors.none_of_columns", "names", "place")),
    rule(
        r"x and y must have same first dimension, but have shapes (\S+) and (\S+)",
        say("library_errors.same_dimension", "first", "second"),
    ),
    rule(r"You are trying to merge on (\w+) and (\w+) columns", say("library_errors.merge_types", "first", "second")),
    rule(r"single positional indexer is out-of-bounds", say("library_errors.row_position")),
    rule(r"Invalid URL ['\"](.*?)['\"]: No schem", say("library_errors.no_scheme", "url")),
    rule(r"(\d{3}) (?:Client|Server) Error: (.+?) for url", say("library_errors.page_error", "status", "reason")),
    rule(r"HTTP Error (\d{3}): (.+)", say("library_errors.http_error", "status", "reason")),
    rule(r"Max retries exceeded|Failed to establish a new connection", say("library_errors.no_server")),
    rule(r"unknown option [\"'](-\w+)[\"']", say("library_errors.tk_option", "option")),
    rule(
        r"bad (\w[\w ]*?) [\"']([^\"']*)[\"']: must be (.+)",
        say("library_errors.tk_bad_value", "what", "value", "allowed"),
    ),
    rule(r"unknown color name [\"']([^\"']*)[\"']", say("library_errors.tk_color", "value")),
    rule(
        r"cannot use geometry manager (\w+) inside .* managed by (\w+)",
        say("library_errors.tk_managers", "first", "second"),
    ),
    rule(
        r"couldn't (?:recognize data in image|open) (?:file )?[\"']([^\"']*)[\"']|"
        r"image [\"']([^\"']*)[\"'] doesn't exist",
        say("library_errors.tk_image", "name", "name"),
    ),
    rule(r"no display name|could(?:n't| not) connect to display", say("library_errors.tk_display")),
    rule(r"application has been destroyed|invalid command name", say("library_errors.tk_destroyed")),
    rule(r"bad color (?:arguments|string|sequence):? (.+)", say("library_errors.turtle_color", "value")),
    rule(
        r"No file '([^']+)' found|No such file or directory: '([^']+)'",
        say("library_errors.pygame_file", "path", "path"),
    ),
    rule(r"(\w+) (?:system |device )?not initialized", say("library_errors.pygame_not_started", "what")),
    rule(r"display Surface quit", say("library_errors.pygame_closed")),
    rule(r"invalid color (?:name|argument)", say("library_errors.pygame_color")),
    rule(r"no such table: (\S+)", say("library_errors.no_table", "name")),
    rule(r"no such column: (\S+)", say("library_errors.no_column", "name")),
    rule(r"near [\"'](.*?)[\"']: syntax error", say("library_errors.sql_near", "word")),
    rule(r"UNIQUE constraint failed: (\S+)", say("library_errors.unique", "name")),
    rule(
        r"Incorrect number of bindings supplied.*uses (\d+).*are (\d+) supplied",
        say("library_errors.sql_values", "wanted", "given"),
    ),
    rule(
        r"(missing \)|unterminated|nothing to repeat|unbalanced parenthesis|bad escape|multiple repeat|"
        r"unknown extension|bad character range)",
        say("library_errors.pattern", "detail"),
    ),
)

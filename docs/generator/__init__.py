"""Writes the files that other people's tools rely on from the declarations in `taco_lsp`. Entry: docs/generate.py.

    docstrings, records, notation   from Python classes to plain descriptions, and their spelling in a language
    contract, examples              what the protocol consists of, with one worked example a verb
    protocol_page, configuration_page, schema, typescript, lua
                                    one generated file each; the prose of the pages is in pages/

Not here: hand-written documentation, and anything the server needs when it runs.
"""

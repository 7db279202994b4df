"""What TACO does, one file a feature. Each handler parses nothing, knows no LSP, and calls one layer down.

Features do not import each other; what two of them need lives in `taco_lsp.context` or below.
"""

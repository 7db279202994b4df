"""What travels between editor and server: the params and results of every verb, and the one converter.

Nothing here does anything; handlers live in `taco_lsp.features`, the table of verbs in `taco_lsp.verbs`.
"""

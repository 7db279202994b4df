"""The protocol edge: the only part of the tutor that imports pygls and lsprotocol.

`app` registers everything, `editor` implements the features' editor over LSP, `surface` turns offers and marks into
LSP types, `rpc_errors` maps errors to codes, `main` is the command line of `taco-lsp`.
"""

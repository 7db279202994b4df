"""`taco`: the command line for people. `taco-lsp` (in `taco_lsp.server`) is the one for editors."""

-- The configuration that `vim.lsp.config("taco", ...)` extends, on Neovim 0.11 and newer.
return require("taco.server").config()

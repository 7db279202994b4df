-- What runs when Neovim starts: declares `:Taco` and has the server start with the first file it can help with.
-- Everything else is loaded on first use. `let g:loaded_taco = 1` switches the plugin off.

if vim.g.loaded_taco or vim.fn.has("nvim-0.7") == 0 then
  return
end
vim.g.loaded_taco = true

vim.api.nvim_create_user_command("Taco", function(call)
  require("taco.command").run(call)
end, {
  nargs = "+",
  range = true,
  bang = true,
  complete = function(lead, line)
    return require("taco.command").complete(lead, line)
  end,
  desc = "Ask the TACO tutor",
})

require("taco.server").enable()

--- Keeps Run, Hint and History above a challenge up to date. Neovim draws and clicks them.

local compat = require("taco.compat")
local config = require("taco.config")

local M = {}

--- Ask for the lenses of every buffer that the server serves.
function M.refresh()
  local client = compat.client()
  if not client or not config.get().lenses or vim.lsp.codelens.enable then
    return
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.lsp.buf_is_attached(bufnr, client.id) then
      vim.api.nvim_buf_call(bufnr, function()
        vim.lsp.codelens.refresh({ bufnr = bufnr })
      end)
    end
  end
end

--- Show the lenses of a buffer, now and after changes.
---@param bufnr integer
function M.show(bufnr)
  if not config.get().lenses then
    return
  end
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "BufWritePost" }, {
    group = vim.api.nvim_create_augroup("taco_lenses_" .. bufnr, { clear = true }),
    buffer = bufnr,
    callback = M.refresh,
  })
  M.refresh()
end

return M

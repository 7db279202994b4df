--- What the scenes share: waiting with a deadline, reading the screen, and ending Neovim with a verdict.

local M = { said = {} }

local DEADLINE_MS = 120000 -- on a machine that has much else to do
local POLL_MS = 10

vim.o.swapfile = false
vim.notify = function(text)
  table.insert(M.said, text)
end

if vim.treesitter and vim.treesitter.start then
  local start = vim.treesitter.start
  vim.treesitter.start = function(...) -- Debian's Neovim comes without the parsers that its Markdown asks for
    pcall(start, ...)
  end
end

--- Wait for a condition; fails with `what` and all that can be seen.
function M.wait(what, condition)
  local value
  vim.wait(DEADLINE_MS, function()
    value = condition()
    return value and true or false
  end, POLL_MS)
  if not value then
    error(("waited in vain for %s\nsaid: %s\npane: %s"):format(what, vim.inspect(M.said), M.pane()), 2)
  end
  return value
end

--- The text of the tutor's window; empty when there is none.
function M.pane()
  local bufnr = vim.fn.bufnr("^taco://tutor$")
  return bufnr > 0 and table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), "\n") or ""
end

--- Wait until the tutor's window has a text and the tutor is done.
function M.shows(text)
  M.wait(text, function()
    return M.pane():find(text, 1, true) and not require("taco.task").is_busy()
  end)
end

--- Wait until something was said to the student.
function M.says(text)
  M.wait(text, function()
    for _, said in ipairs(M.said) do
      if said:find(text, 1, true) then
        return true
      end
    end
  end)
end

--- The titles of the lenses of a buffer.
function M.lenses(bufnr)
  local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }
  local replies = vim.lsp.buf_request_sync(bufnr, "textDocument/codeLens", params, DEADLINE_MS) or {}
  local titles = {}
  for _, reply in pairs(replies) do
    for _, lens in ipairs(reply.result or {}) do
      table.insert(titles, lens.command.title)
    end
  end
  return titles
end

--- The number of lenses that Neovim has drawn or is ready to click.
function M.drawn_lenses(bufnr)
  local count = #vim.lsp.codelens.get(vim.lsp.codelens.enable and { bufnr = bufnr } or bufnr)
  return count
end

--- Replace a buffer's text.
function M.type(bufnr, text)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text:gsub("\n$", ""), "\n", { plain = true }))
end

function M.equal(wanted, got)
  if not vim.deep_equal(wanted, got) then
    error(("wanted %s, got %s"):format(vim.inspect(wanted), vim.inspect(got)), 2)
  end
end

--- Play a scene and end Neovim: exit code 0 when it went well, else 1 with the reason on standard error.
function M.play(scene)
  local ok, problem = xpcall(scene, debug.traceback)
  if not ok then
    io.stderr:write(problem .. "\n" .. vim.fn.execute("messages") .. "\n")
    vim.cmd("cquit 1")
  end
  vim.cmd("qall!")
end

return M

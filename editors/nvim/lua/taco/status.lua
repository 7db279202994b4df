--- The tutor in a few words for a status line. Knows what was last heard; asks in the background.

local compat = require("taco.compat")
local verb = require("taco.verb")

local M = {}

--- Have the status line drawn anew, and tell who else wants to know.
function M.redraw()
  vim.cmd("silent! doautocmd <nomodeline> User TacoStatus")
  vim.cmd("redrawstatus")
end

---@param status taco.StatusResult
---@return string
local function words(status)
  local seat = status.seat
  if not seat then
    return "TACO"
  end
  if not seat.policy.enabled then
    return "TACO off"
  end
  local hints = ("TACO hint %d/%d"):format(seat.hints.given, seat.hints.ceiling)
  return status.recording and hints or hints .. " · not recorded"
end

---@param client table
---@param bufnr integer
local function ask(client, bufnr)
  verb.send(client, "status", { textDocument = verb.document(bufnr) }, bufnr, function(err, status)
    if not err and vim.api.nvim_buf_is_valid(bufnr) then
      vim.b[bufnr].taco_status = words(status)
      M.redraw()
    end
  end)
end

--- Ask how things stand for every buffer that is served.
function M.refresh()
  local client = compat.client()
  for _, bufnr in ipairs(client and vim.api.nvim_list_bufs() or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.lsp.buf_is_attached(bufnr, client.id) then
      ask(client, bufnr)
    end
  end
  M.redraw()
end

--- What to show for the current buffer.
---@return string
function M.line()
  local known = vim.b.taco_status
  if not known then
    return ""
  end
  return require("taco.task").is_busy() and "TACO …" or known
end

return M

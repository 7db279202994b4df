--- Short messages to the student, and errors of the server as plain sentences.

local M = {}

local METHOD_NOT_FOUND = -32601 -- of JSON-RPC

---@param text string
---@param level integer
local function notify(text, level)
  vim.notify(text, level, { title = "TACO" })
end

---@param text string
function M.info(text)
  notify(text, vim.log.levels.INFO)
end

---@param text string
function M.warn(text)
  notify(text, vim.log.levels.WARN)
end

---@param text string
function M.error(text)
  notify(text, vim.log.levels.ERROR)
end

--- An error reply as text: what is wrong, and what to do.
---@param err { code: integer, message: string, data?: taco.ErrorData }
---@return string
function M.text_of(err)
  if err.code == METHOD_NOT_FOUND then
    return "The server is too old for that. Update it: `uv tool upgrade taco-lsp`."
  end
  local data = type(err.data) == "table" and err.data or {}
  local parts = { err.message }
  if data.hint and data.hint ~= "" then
    parts[#parts + 1] = data.hint
  end
  return table.concat(parts, " ")
end

return M

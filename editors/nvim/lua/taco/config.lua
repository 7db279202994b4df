--- The options, read from `vim.g.taco`. Reads and checks; changes nothing.

---@class taco.Config
---@field cmd? string[] How to start the server.
---@field filetypes? string[] Which files to help with.
---@field settings? table The server's settings, see docs/configuration.md.
---@field lenses? boolean Show Run, Hint and History above a challenge.

local M = {}

---@type taco.Config
local defaults = {
  cmd = { "taco-lsp" },
  filetypes = { "python", "javascript", "c", "cpp", "java" },
  settings = {},
  lenses = true,
}

--- The options in force.
---@return taco.Config
function M.get()
  local given = type(vim.g.taco) == "table" and vim.g.taco or {}
  return vim.tbl_extend("force", defaults, given)
end

--- What is wrong with `vim.g.taco`, a sentence each.
---@return string[]
function M.problems()
  if vim.g.taco == nil then
    return {}
  end
  if type(vim.g.taco) ~= "table" then
    return { "vim.g.taco must be a table." }
  end
  local found = {}
  for key, value in pairs(vim.g.taco) do
    local default = defaults[key]
    if default == nil then
      found[#found + 1] = ("vim.g.taco.%s: there is no such option."):format(key)
    elseif type(value) ~= type(default) then
      found[#found + 1] = ("vim.g.taco.%s: must be a %s."):format(key, type(default))
    end
  end
  table.sort(found)
  return found
end

return M

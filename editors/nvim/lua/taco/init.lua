--- What a user's own configuration may call. There is no setup(): options are in `vim.g.taco` (see `taco.config`).

local M = {}

--- The tutor in a few words for a status line, such as `TACO hint 2/5`; empty where there is none.
---@return string
function M.status()
  return require("taco.status").line()
end

return M

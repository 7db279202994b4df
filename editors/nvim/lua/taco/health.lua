--- `:checkhealth taco`: is the server there, does it fit, can it record, who answers.

local compat = require("taco.compat")
local config = require("taco.config")
local protocol = require("taco.protocol")

local M = {}

local WAIT_MS = 15000
local POLL_MS = 20

---@param health table
---@param cmd string[]
---@return boolean
local function check_program(health, cmd)
  local path = vim.fn.exepath(cmd[1])
  if path == "" then
    health.error(("The server `%s` was not found."):format(cmd[1]), {
      "Install it: uv tool install taco-lsp",
      "Or name it: vim.g.taco = { cmd = { \"/path/to/taco-lsp\" } }",
    })
    return false
  end
  health.ok(("The server is %s."):format(path))
  return true
end

---@param health table
---@param client table
local function check_verbs(health, client)
  local provider = client.server_capabilities.executeCommandProvider or {}
  local missing = {}
  for _, verb in pairs(protocol.verbs) do
    if not vim.tbl_contains(provider.commands or {}, verb.command) then
      missing[#missing + 1] = verb.command
    end
  end
  if #missing > 0 then
    table.sort(missing)
    health.warn("The server lacks " .. table.concat(missing, ", ") .. ".", { "Update the server or this plugin." })
  end
end

---@param health table
---@param status taco.StatusResult
local function check_status(health, status)
  health.ok(("It runs: taco-lsp %s."):format(status.version))
  local store = status.store
  if store.problem then
    health.error("The store: " .. store.problem)
  elseif store.readOnly then
    health.warn("The store can only be read: " .. store.url)
  else
    health.ok("The store: " .. store.url)
  end
  if store.recoveredFrom then
    health.warn("A damaged store was kept as " .. store.recoveredFrom .. ".")
  end
  if status.tutor == "model" then
    health.ok(("Answers come from %s at %s."):format(status.model or "a model", status.endpoint or "its endpoint"))
  else
    health.ok("Answers come from the built-in tutor; no model is set.")
  end
end

--- Called by Neovim.
function M.check()
  local health = compat.health()
  health.start("TACO")
  for _, problem in ipairs(config.problems()) do
    health.warn(problem)
  end
  local server = require("taco.server")
  local cmd = compat.has_lsp_config and vim.lsp.config.taco.cmd or config.get().cmd
  if type(cmd) == "table" and not check_program(health, cmd) then
    return
  end
  local found, err, status
  server.with_client(vim.api.nvim_get_current_buf(), function(client)
    found = client
    require("taco.verb").send(client, "status", {}, 0, function(failure, result)
      err, status = failure, result
    end)
  end)
  vim.wait(WAIT_MS, function()
    return err ~= nil or status ~= nil
  end, POLL_MS)
  if not found or not (err or status) then
    health.error("The server does not answer.", { "Look into " .. require("vim.lsp.log").get_filename() })
  elseif err then
    health.error(require("taco.say").text_of(err))
  else
    check_verbs(health, found)
    check_status(health, status)
  end
end

return M

--- What code actions and lenses do here: the server's commands by name, answered in the tutor's window.

---@param command { arguments?: table[] }
---@return table params
---@return integer bufnr
local function named(command)
  local params = command.arguments[1]
  return params, vim.uri_to_bufnr(params.textDocument.uri)
end

return {
  ["taco.ask"] = function(command)
    local params, bufnr = named(command)
    require("taco.ask").send(bufnr, params)
  end,
  ["taco.conversation.open"] = function(command)
    local params, bufnr = named(command)
    require("taco.ask").question(bufnr, "", params.range)
  end,
  ["taco.run"] = function(command)
    local _, bufnr = named(command)
    require("taco.run").again(bufnr, {})
  end,
  ["taco.test"] = function(command)
    local _, bufnr = named(command)
    require("taco.run").test(bufnr)
  end,
  ["taco.note.list"] = function(command)
    local _, bufnr = named(command)
    require("taco.own").notes(bufnr)
  end,
  ["taco.solution.save"] = function(command)
    local _, bufnr = named(command)
    require("taco.solution").save(bufnr)
  end,
  ["taco.solution.history"] = function(command)
    local _, bufnr = named(command)
    require("taco.solution").history(bufnr)
  end,
}

--- Whether the last answer helped.

local say = require("taco.say")
local verb = require("taco.verb")

local M = {}

---@param bufnr integer
---@param words string `yes` or `no`, then perhaps a comment
function M.give(bufnr, words)
  local verdict, comment = words:match("^(%a+)%s*(.*)$")
  local last = require("taco.ask").last()
  if verdict ~= "yes" and verdict ~= "no" then
    say.error("Say whether it helped: `:Taco feedback yes` or `:Taco feedback no`, then a comment if you like.")
    return
  end
  if not last then
    say.error("There is no answer yet. Ask the tutor first.")
    return
  end
  local params = { interactionId = last, helpful = verdict == "yes" }
  if comment ~= "" then
    params.comment = comment
  end
  verb.call("feedback", params, bufnr, function()
    say.info("Thank you.")
  end)
end

return M

--- Saved versions of the student's work: save, list, bring back.

local pane = require("taco.pane")
local say = require("taco.say")
local text = require("taco.text")
local verb = require("taco.verb")

local M = {}

---@param bufnr integer
function M.save(bufnr)
  verb.call("solution_save", { textDocument = verb.document(bufnr) }, bufnr, function(result)
    ---@cast result taco.SaveResult
    say.info(result.revisionId and "Saved." or "Nothing has changed since the last save.")
  end)
end

---@param bufnr integer
function M.history(bufnr)
  verb.call("solution_history", { textDocument = verb.document(bufnr) }, bufnr, function(result)
    ---@cast result taco.HistoryResult
    pane.add("History", text.history(result), bufnr)
  end)
end

---@param bufnr integer
---@param revision taco.SolutionRevision
local function bring_back(bufnr, revision)
  local params = { textDocument = verb.document(bufnr), revisionId = revision.id }
  verb.call("solution_restore", params, bufnr, function(result)
    ---@cast result taco.RestoreResult
    if not result.applied then
      local lines = vim.split(result.text:gsub("\n$", ""), "\n", { plain = true })
      vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
    end
    say.info(("The version of %s is back. `u` undoes that."):format(text.moment(revision.savedAt)))
  end)
end

--- Bring back a version by its number in the history; without one the student chooses.
---@param bufnr integer
---@param number? integer
function M.restore(bufnr, number)
  verb.call("solution_history", { textDocument = verb.document(bufnr) }, bufnr, function(result)
    ---@cast result taco.HistoryResult
    local revisions = result.revisions
    if #revisions == 0 then
      say.info("There is no saved version yet.")
    elseif number and not revisions[number] then
      say.error(("There is no version %d. `:Taco history` lists them."):format(number))
    elseif number then
      bring_back(bufnr, revisions[number])
    else
      vim.ui.select(revisions, {
        prompt = "Bring back the version of",
        format_item = function(revision)
          return text.moment(revision.savedAt)
        end,
      }, function(chosen)
        if chosen then
          bring_back(bufnr, chosen)
        end
      end)
    end
  end)
end

return M

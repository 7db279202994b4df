--- Questions to the tutor: hint, explanation, review, or in the student's own words.

local pane = require("taco.pane")
local task = require("taco.task")
local text = require("taco.text")
local verb = require("taco.verb")

local M = {}

local HEADINGS = { hint = "Hint", explain = "Explanation", review = "Review", question = "Answer" }

local last ---@type taco.Id? of the last answer, for feedback

--- Ask, and show the answer as it arrives.
---@param bufnr integer
---@param params taco.AskParams
function M.send(bufnr, params)
  local heading = HEADINGS[params.kind or "question"] or HEADINGS.question
  if params.question and params.question ~= "" then
    heading = params.question:gsub("%s+", " ")
  end
  task.start("ask", params, bufnr, heading, function(result)
    ---@cast result taco.AskResult
    last = result.interactionId
    pane.retitle(text.heading(result, heading))
    pane.write(text.answer(result))
  end)
end

--- Ask for something about a buffer or some of its lines.
---@param bufnr integer
---@param kind "question"|"explain"|"hint"|"review"
---@param range? taco.Range
function M.kind(bufnr, kind, range)
  M.send(bufnr, { textDocument = verb.document(bufnr), kind = kind, range = range })
end

--- Ask in the student's own words, which are asked for when there are none.
---@param bufnr integer
---@param question string
---@param range? taco.Range
function M.question(bufnr, question, range)
  if question ~= "" then
    M.send(bufnr, { textDocument = verb.document(bufnr), kind = "question", question = question, range = range })
    return
  end
  vim.ui.input({ prompt = "Ask the tutor: " }, function(typed)
    if typed and vim.trim(typed) ~= "" then
      M.question(bufnr, typed, range)
    end
  end)
end

--- The last answer of this Neovim.
---@return taco.Id?
function M.last()
  return last
end

return M

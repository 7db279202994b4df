--- The student's say in their own data, and what teachers wrote about it: recording, what was recorded, journey, notes.

local pane = require("taco.pane")
local say = require("taco.say")
local text = require("taco.text")
local verb = require("taco.verb")

local M = {}

--- The params that name a buffer, if it has a file.
---@param bufnr integer
---@return { textDocument?: taco.TextDocument }
local function about(bufnr)
  return vim.api.nvim_buf_get_name(bufnr) ~= "" and { textDocument = verb.document(bufnr) } or {}
end

---@param bufnr integer
---@param name "recording_pause"|"recording_resume"
function M.record(bufnr, name)
  verb.call(name, {}, bufnr, function(state)
    ---@cast state taco.RecordingState
    say.info(state.meaning)
    require("taco.status").refresh()
  end)
end

--- Open the page that tells what was recorded; the server shows it where Neovim lets it.
---@param bufnr integer
function M.recorded(bufnr)
  verb.call("data_show", about(bufnr), bufnr, function(result)
    ---@cast result taco.DataShowResult
    if result.uri and not result.shown then
      vim.cmd("split " .. vim.fn.fnameescape(vim.uri_to_fname(result.uri)))
    elseif not result.uri then
      say.info(result.meaning)
    end
  end)
end

---@param bufnr integer
function M.journey(bufnr)
  verb.call("journey", about(bufnr), bufnr, function(result)
    pane.add("Journey", text.journey(result), bufnr)
  end)
end

--- Write the journey as a page and open it in a browser.
---@param bufnr integer
function M.page(bufnr)
  verb.call("journey_report", about(bufnr), bufnr, function(result)
    ---@cast result taco.JourneyReportResult
    if not result.shown then
      say.info("Open this in a browser: " .. vim.uri_to_fname(result.uri))
    end
  end)
end

---@param bufnr integer
function M.notes(bufnr)
  verb.call("note_list", about(bufnr), bufnr, function(result)
    pane.add("Notes from your teacher", text.notes(result), bufnr)
  end)
end

return M

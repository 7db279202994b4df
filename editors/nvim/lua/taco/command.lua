--- `:Taco`: takes the line apart and calls one function; completes it.

local pane = require("taco.pane")
local say = require("taco.say")
local verb = require("taco.verb")

local M = {}

---@class taco.Call
---@field bufnr integer
---@field rest string What follows the subcommand.
---@field words string[] The same, split.
---@field bang boolean
---@field lines? integer[] First and last line, from 1, when a range was given.
---@field range? taco.Range The same, as the protocol has it.

---@type table<string, fun(call: taco.Call)>
local commands = {
  ask = function(call)
    require("taco.ask").question(call.bufnr, call.rest, call.range)
  end,
  hint = function(call)
    require("taco.ask").kind(call.bufnr, "hint", call.range)
  end,
  explain = function(call)
    require("taco.ask").kind(call.bufnr, "explain", call.range)
  end,
  review = function(call)
    require("taco.ask").kind(call.bufnr, "review", call.range)
  end,
  run = function(call)
    local run = require("taco.run")
    if call.lines then
      local lines = vim.api.nvim_buf_get_lines(0, call.lines[1] - 1, call.lines[2], false)
      run.with_lines(call.bufnr, lines, call.words)
    elseif call.bang then
      run.ask_input(call.bufnr, call.words)
    else
      run.again(call.bufnr, call.words)
    end
  end,
  test = function(call)
    require("taco.run").test(call.bufnr)
  end,
  save = function(call)
    require("taco.solution").save(call.bufnr)
  end,
  history = function(call)
    require("taco.solution").history(call.bufnr)
  end,
  restore = function(call)
    require("taco.solution").restore(call.bufnr, tonumber(call.words[1]))
  end,
  open = function(call)
    require("taco.challenge").open(call.bufnr, call.rest)
  end,
  task = function(call)
    require("taco.challenge").task(call.bufnr)
  end,
  feedback = function(call)
    require("taco.feedback").give(call.bufnr, call.rest)
  end,
  stop = function()
    require("taco.task").stop()
  end,
  journey = function(call)
    local own = require("taco.own")
    local show = call.bang and own.page or own.journey
    show(call.bufnr)
  end,
  notes = function(call)
    require("taco.own").notes(call.bufnr)
  end,
  recorded = function(call)
    require("taco.own").recorded(call.bufnr)
  end,
  pause = function(call)
    require("taco.own").record(call.bufnr, "recording_pause")
  end,
  resume = function(call)
    require("taco.own").record(call.bufnr, "recording_resume")
  end,
  signin = function(call)
    require("taco.school").sign_in(call.bufnr, call.rest)
  end,
  signout = function(call)
    require("taco.school").sign_out(call.bufnr)
  end,
  sync = function(call)
    require("taco.school").sync(call.bufnr)
  end,
  status = function(call)
    local has_file = vim.api.nvim_buf_get_name(call.bufnr) ~= ""
    local params = has_file and { textDocument = verb.document(call.bufnr) } or {}
    verb.call("status", params, call.bufnr, function(result)
      pane.add("Status", require("taco.text").status(result), call.bufnr)
    end)
  end,
  conversation = function(call)
    local params = { textDocument = verb.document(call.bufnr), range = call.range }
    verb.call("conversation_open", params, call.bufnr, function(result)
      if not result.shown then
        vim.cmd("split " .. vim.fn.fnameescape(vim.uri_to_fname(result.uri)))
      end
      vim.cmd("normal! G")
    end)
  end,
}

local NEED_FILE = {
  ask = true,
  conversation = true,
  explain = true,
  feedback = true,
  hint = true,
  history = true,
  restore = true,
  review = true,
  run = true,
  save = true,
  task = true,
  test = true,
}

---@return string[]
local function names()
  local found = vim.tbl_keys(commands)
  table.sort(found)
  return found
end

--- Run one `:Taco` line.
---@param call table as Neovim gives it to a user command
function M.run(call)
  local name, bang, rest = call.args:match("^([^%s!]*)(!?)%s*(.-)%s*$") -- `:Taco run!` is meant as `:Taco! run`
  local command = commands[name]
  if not command then
    say.error(("`:Taco %s`: there is no such command. There are: %s."):format(name, table.concat(names(), ", ")))
    return
  end
  local bufnr = pane.subject()
  if NEED_FILE[name] and vim.api.nvim_buf_get_name(bufnr) == "" then
    say.error("This buffer has no file yet. Save it to a file first, such as `:w hello.py`.")
    return
  end
  local has_range = call.range > 0
  command({
    bufnr = bufnr,
    rest = rest,
    words = vim.split(rest, "%s+", { trimempty = true }),
    bang = call.bang or bang ~= "",
    lines = has_range and { call.line1, call.line2 } or nil,
    range = has_range and verb.lines(call.line1, call.line2) or nil,
  })
end

--- Complete a subcommand, or its first word.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local name, more = line:match("Taco!?%s+(%S+)(%s+)")
  local candidates = names()
  if name and more then
    candidates = name == "feedback" and { "yes", "no" } or {}
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, candidates)
end

return M

--- The one thing the tutor is busy with: an answer or a run. Streams into the pane, and can be stopped.

local compat = require("taco.compat")
local pane = require("taco.pane")
local say = require("taco.say")
local server = require("taco.server")
local verb = require("taco.verb")

local M = {}

---@class taco.Task
---@field token string Names the answer's stream.
---@field text string What has arrived so far.
---@field client? table
---@field id? integer Of the request.

local current ---@type taco.Task?
local count = 0

---@return boolean
function M.is_busy()
  return current ~= nil
end

local function finish()
  current = nil
  require("taco.status").refresh()
end

---@param note string
local function end_with(note)
  pane.write(current.text == "" and note or ("%s\n\n*%s*"):format(current.text, note))
  finish()
end

---@param task taco.Task
---@param on_result fun(result: table)
local function on_reply(task, on_result)
  return function(err, result)
    if current ~= task then
      return -- it was stopped
    end
    if err then
      end_with(say.text_of(err))
      say.error(say.text_of(err))
      return
    end
    on_result(result)
    finish()
  end
end

--- Start it, unless the tutor is busy.
---@param name "ask"|"run"|"test"
---@param params table
---@param bufnr integer
---@param heading string
---@param on_result fun(result: table) puts the result into the pane
function M.start(name, params, bufnr, heading, on_result)
  if current then
    say.warn("The tutor is still busy. `:Taco stop` stops it.")
    return
  end
  server.with_client(bufnr, function(client)
    if current then
      return
    end
    count = count + 1
    local task = { token = "taco-nvim-" .. count, text = "", client = client }
    current = task
    if name == "ask" then
      params = vim.tbl_extend("force", params, { partialResultToken = task.token })
    end
    pane.begin(heading, bufnr)
    pane.write("…")
    task.id = verb.send(client, name, params, bufnr, on_reply(task, on_result))
    if not task.id then
      end_with("The question could not be sent. Please try again.")
      return
    end
    require("taco.status").redraw()
  end)
end

--- Take what came on a progress token; tell whether it was ours.
---@param token string|integer
---@param value table
---@return boolean
function M.progressed(token, value)
  if type(token) ~= "string" or not token:match("^taco%-nvim%-") then
    return false
  end
  if current and current.token == token and value.delta then
    current.text = current.text .. value.delta
    pane.write(current.text)
  end
  return true
end

--- Stop it. What has arrived stays, here and on record.
function M.stop()
  if not current then
    say.info("The tutor is not busy.")
    return
  end
  compat.cancel(current.client, current.id)
  end_with("Stopped.")
end

--- Give it up because the server is gone.
---@param note string
function M.abandon(note)
  if current then
    end_with(note)
  end
end

return M

--- A file is reloaded between two hints, then closed for good while Neovim goes on.

local scene = require("scene")

local function session_is(open)
  scene.wait(open and "a session" or "the end of the session", function()
    return scene.session_open == open
  end)
end

local handlers = require("taco.handlers")
local changed = handlers["taco/session/didChange"]
handlers["taco/session/didChange"] = function(err, change, ctx, config)
  scene.session_open = change.open
  scene.changes = (scene.changes or 0) + 1
  return changed(err, change, ctx, config)
end

scene.play(function()
  vim.cmd("edit loop.py")
  vim.cmd("Taco hint")
  scene.shows("Hint 1 of 5")
  session_is(true)
  vim.cmd("silent edit!")
  vim.cmd("Taco explain")
  scene.shows("## Explanation")
  scene.equal(1, scene.changes)

  vim.cmd("bdelete! loop.py")
  session_is(false)
  scene.equal(2, scene.changes)
end)

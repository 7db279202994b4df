--- What a student sees when something is missing or mistyped, and what completion offers.

local scene = require("scene")

local function completion(line)
  local found = vim.fn.getcompletion(line, "cmdline")
  table.sort(found)
  return found
end

scene.play(function()
  vim.cmd("Taco dance")
  scene.says("`:Taco dance`: there is no such command. There are: ask, conversation, explain, feedback, hint,")
  vim.cmd("Taco hint")
  scene.says("This buffer has no file yet.")
  vim.cmd("Taco feedback maybe")
  scene.equal({ "no", "yes" }, completion("Taco feedback "))
  scene.equal({ "hint", "history" }, completion("Taco h"))
  scene.equal({ "recorded", "restore", "resume", "review", "run" }, completion("'<,'>Taco r"))

  local old = { code = -32601, message = "Method not found" }
  scene.equal("The server is too old for that. Update it: `uv tool upgrade taco-lsp`.", require("taco.say").text_of(old))

  vim.cmd("edit a.py")
  vim.cmd("Taco feedback yes")
  scene.says("There is no answer yet.")
  vim.cmd("Taco stop")
  scene.says("The tutor is not busy.")
  vim.cmd("Taco hint")
  scene.says("The program `no-such-server` was not found. Install it")
  scene.equal("", scene.pane())
  scene.equal("", require("taco").status())

  vim.cmd("checkhealth taco")
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  assert(report:find("The server `no-such-server` was not found.", 1, true), report)
  assert(report:find("vim.g.taco.colour: there is no such option.", 1, true), report)
end)

--- An answer that streams and is stopped, then one that the server's end interrupts.

local scene = require("scene")

scene.play(function()
  vim.cmd("edit loop.py")
  local bufnr = vim.api.nvim_get_current_buf()
  scene.type(bufnr, "while True:\n    pass\n")

  vim.cmd("1,2Taco ask why does it never end?")
  scene.wait("the first words", function()
    return scene.pane():find("## why does it never end?\n\nThink about", 1, true)
  end)
  scene.equal("TACO …", scene.wait("the status line", function()
    local line = require("taco").status()
    return line ~= "" and line
  end))
  vim.cmd("Taco hint")
  scene.says("The tutor is still busy. `:Taco stop` stops it.")
  vim.cmd("Taco stop")
  scene.shows("*Stopped.*")

  vim.cmd("Taco review")
  scene.wait("the second answer", function()
    return scene.pane():find("## Review\n\nLook at", 1, true)
  end)
  vim.fn.system("kill -9 " .. vim.fn.system("pgrep -P " .. vim.fn.getpid() .. " -f taco-lsp"))
  scene.shows("The tutor's server stopped before it had answered. Please try again.")
  scene.says("is started again")
  vim.cmd("Taco explain")
  scene.shows("## Explanation\n\nA whole answer.")
end)

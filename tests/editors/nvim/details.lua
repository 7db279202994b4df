--- Small things: input from lines, arguments, errors of the server, lenses that are clicked, a wiped window.

local scene = require("scene")

scene.play(function()
  vim.cmd("edit double.py")
  local bufnr = vim.api.nvim_get_current_buf()
  scene.type(bufnr, "import sys\nprint(sys.argv[1:], sys.stdin.read())\n# 4\n# ü")
  vim.cmd("3,4Taco run fast")
  scene.shows("['fast'] # 4\n# ü")
  vim.cmd("Taco run")
  scene.shows("[] # 4\n# ü")
  scene.equal({ "Run", "Give me a hint (1 of 5)", "History" }, scene.lenses(bufnr))

  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.ui.select = function(items, _, on_choice)
    on_choice(items[1])
  end
  scene.wait("lenses", function()
    return scene.drawn_lenses(bufnr) == 3
  end)
  vim.cmd("bwipeout! " .. vim.fn.bufnr("^taco://tutor$"))
  vim.lsp.codelens.run()
  scene.shows("[] # 4\n# ü")

  vim.cmd("Taco ask " .. ("x"):rep(8001))
  scene.shows("too long")
  vim.cmd("Taco test")
  scene.says("There are no tests for this file. Run the program itself")
  vim.cmd("Taco restore 3")
  scene.says("There is no saved version yet.")
  vim.cmd("Taco status")
  scene.shows("- Challenge: double.py")
  vim.cmd("checkhealth taco")
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  for _, line in ipairs({ "It runs: taco-lsp ", "The store: sqlite:///", "Answers come from the built-in tutor" }) do
    assert(report:find(line, 1, true), report)
  end
  assert(not report:find("WARN"), report)
end)

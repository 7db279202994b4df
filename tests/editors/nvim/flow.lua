--- A whole session with the plugin, as a student types it.

local scene = require("scene")

local function read(name)
  local file = assert(io.open(os.getenv(name)))
  local text = file:read("*a")
  file:close()
  return text
end

scene.play(function()
  vim.cmd("Taco open average")
  local bufnr = scene.wait("the challenge's file", function()
    local current = vim.api.nvim_get_current_buf()
    return vim.api.nvim_buf_get_name(current):match("average%.py$") and current
  end)
  scene.says("Average")
  scene.wait("lenses", function()
    return scene.drawn_lenses(bufnr) == 4
  end)

  scene.type(bufnr, read("FAILING"))
  vim.cmd("Taco hint")
  scene.shows("Hint 1 of 5")
  scene.equal(bufnr, vim.api.nvim_get_current_buf())
  scene.equal("Give me a hint (1 of 5) again", scene.lenses(bufnr)[3])
  scene.wait("the status line", function()
    return vim.api.nvim_eval_statusline("%{v:lua.require'taco'.status()}", {}).str == "TACO hint 1/5"
  end)

  vim.cmd("Taco! run")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { "3", "4", "5" })
  vim.cmd("write")
  scene.shows("IndexError: list index out of range")
  scene.wait("the marked error", function()
    return #vim.diagnostic.get(bufnr) == 1
  end)
  scene.equal("TACO", vim.diagnostic.get(bufnr)[1].source)
  vim.cmd("Taco explain")
  scene.shows("## Explanation")

  scene.type(bufnr, read("PASSING"))
  vim.cmd("Taco run")
  scene.shows("4.0")
  scene.equal({}, vim.diagnostic.get(bufnr))
  vim.cmd("write")
  vim.cmd("Taco save")
  scene.says("ave") -- "Saved." or, when writing the file was noticed first, "Nothing has changed since the last save."
  vim.cmd("Taco history")
  scene.shows("13 lines")

  scene.type(bufnr, "lost = True\n")
  vim.cmd("Taco restore 1")
  scene.says("is back")
  scene.equal(read("PASSING"), table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), "\n") .. "\n")
  vim.cmd("Taco feedback yes it said where to look")
  scene.says("Thank you.")
  vim.cmd("Taco journey")
  scene.shows("failed: IndexError")
  vim.cmd("Taco conversation")
  scene.wait("the conversation", function()
    return vim.api.nvim_buf_get_name(0):match("conversation%.md$")
  end)
end)

--- A challenge from its task to its tests, and the student's say in what is recorded of it.

local scene = require("scene")

local function read(name)
  local file = assert(io.open(os.getenv(name)))
  local text = file:read("*a")
  file:close()
  return text
end

local function status_line()
  return vim.api.nvim_eval_statusline("%{v:lua.require'taco'.status()}", {}).str
end

local function status_line_is(text)
  scene.wait("the status line " .. text, function()
    return status_line() == text
  end)
end

scene.play(function()
  vim.cmd("Taco open average")
  scene.shows("## Average of a list\n\nWrite a function")
  local bufnr = vim.api.nvim_get_current_buf()
  assert(vim.api.nvim_buf_get_name(bufnr):match("average%.py$"), "the program has the focus")
  scene.equal({ "Run", "Test", "Give me a hint (1 of 5)", "History" }, scene.lenses(bufnr))

  vim.cmd("Taco test")
  scene.shows("The tests did not pass.")
  scene.wait("the marked failure", function()
    return #vim.diagnostic.get(bufnr) == 1
  end)
  scene.type(bufnr, read("PASSING"))
  vim.cmd("Taco test")
  scene.shows("The tests passed.")
  scene.equal({}, vim.diagnostic.get(bufnr))
  vim.cmd("write")

  vim.cmd("Taco pause")
  scene.says("Recording is paused.")
  status_line_is("TACO hint 0/5 · not recorded")
  vim.cmd("Taco resume")
  status_line_is("TACO hint 0/5")
  vim.cmd("Taco notes")
  scene.shows("Your teacher has not left a note here.")
  vim.cmd("Taco journey")
  scene.shows("tests passed")
  vim.cmd("Taco journey!")
  scene.wait("the page", function()
    return vim.fn.glob("**/.taco/journey.html") ~= "" or vim.fn.glob("**/*/.taco/journey.html") ~= ""
  end)
  vim.cmd("Taco recorded")
  scene.wait("what was recorded", function()
    return vim.fn.bufnr("recorded.md") > 0
  end)

  vim.cmd("edit own.py")
  vim.cmd("Taco task")
  scene.says("This file belongs to no challenge.")
end)

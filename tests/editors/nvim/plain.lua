--- A whole session without the plugin: code actions and lenses only.

local scene = require("scene")

--- Choose a code action by its title, at the first line or at the marked one.
local function choose(title, line)
  vim.api.nvim_win_set_cursor(0, { line or 1, 0 })
  local chosen = false
  vim.ui.select = function(items, options, on_choice)
    if chosen then
      return -- a menu that was asked for twice, because the first came late
    end
    for _, item in ipairs(items) do
      if options.format_item(item):find(title, 1, true) then
        chosen = true
        return on_choice(item)
      end
    end
    error(title .. " is not offered")
  end
  scene.wait("the code action " .. title, function()
    vim.lsp.buf.code_action()
    return vim.wait(500, function()
      return chosen
    end, 10)
  end)
end

--- The conversation as the student sees it: in its window, or else on disk.
local function conversation()
  local bufnr = vim.fn.bufnr("conversation.md$")
  if bufnr > 0 then
    return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), "\n")
  end
  local there, lines = pcall(vim.fn.readfile, ".taco/conversation.md")
  return there and table.concat(lines, "\n") or ""
end

local function conversation_has(text)
  scene.wait(text .. " in the conversation", function()
    return conversation():find(text, 1, true)
  end)
end

scene.play(function()
  vim.cmd("edit average.py")
  local bufnr = vim.api.nvim_get_current_buf()
  choose("Give me a hint (1 of 5)")
  conversation_has("### TACO · hint 1 of 5")
  scene.equal(bufnr, vim.api.nvim_get_current_buf())
  scene.wait("lenses", function()
    return #scene.lenses(bufnr) == 3
  end)

  choose("Run")
  local mark = scene.wait("the marked error", function()
    return vim.diagnostic.get(bufnr)[1]
  end)
  scene.equal("TACO", mark.source)
  vim.api.nvim_win_set_cursor(0, { mark.lnum + 1, 0 })
  vim.lsp.buf.hover()
  scene.wait("the explanation", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      if vim.api.nvim_win_get_config(window).relative ~= "" and table.concat(lines):find("IndexError", 1, true) then
        return true
      end
    end
  end)
  choose("Explain this error", mark.lnum + 1)
  conversation_has("What to look at")

  scene.type(bufnr, (table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), "\n"):gsub(" %+ 1", "")))
  choose("Run")
  scene.wait("the mark to go", function()
    return #vim.diagnostic.get(bufnr) == 0
  end)
  conversation_has("It ran without an error.")
  vim.cmd("silent write")
end)

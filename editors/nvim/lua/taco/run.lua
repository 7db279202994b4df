--- Runs the student's program, or the challenge's tests on it, and shows what came of it.
---
--- What the program reads comes from lines of a buffer or a small window.

local pane = require("taco.pane")
local task = require("taco.task")
local text = require("taco.text")
local verb = require("taco.verb")

local M = {}

local INPUT_LINES = 6

--- Run with params of the protocol.
---@param bufnr integer
---@param params taco.RunParams
function M.send(bufnr, params)
  task.start("run", params, bufnr, "Run", function(result)
    ---@cast result taco.RunResult
    pane.write(text.run(result))
  end)
end

--- Run the challenge's tests on a buffer's program.
---@param bufnr integer
function M.test(bufnr)
  task.start("test", { textDocument = verb.document(bufnr) }, bufnr, "Test", function(result)
    ---@cast result taco.RunTestsResult
    pane.write(text.run(result))
  end)
end

--- Run a buffer's program with the input it was given last.
---@param bufnr integer
---@param args string[]
function M.again(bufnr, args)
  local params = { textDocument = verb.document(bufnr), stdin = vim.b[bufnr].taco_input }
  if #args > 0 then
    params.args = args
  end
  M.send(bufnr, params)
end

--- Remember lines as the input of a buffer's program, and run it.
---@param bufnr integer
---@param lines string[]
---@param args string[]
function M.with_lines(bufnr, lines, args)
  vim.b[bufnr].taco_input = #lines > 0 and table.concat(lines, "\n") .. "\n" or nil
  M.again(bufnr, args)
end

--- Open a window for the input; writing it runs the program.
---@param bufnr integer
---@param args string[]
function M.ask_input(bufnr, args)
  local before = vim.api.nvim_get_current_win()
  local input = vim.api.nvim_create_buf(false, true)
  vim.cmd(("botright %dsplit"):format(INPUT_LINES))
  vim.api.nvim_win_set_buf(0, input)
  vim.api.nvim_buf_set_name(input, "taco://input/" .. input)
  vim.bo[input].buftype, vim.bo[input].bufhidden = "acwrite", "wipe"
  local known = vim.split(vim.b[bufnr].taco_input or "", "\n", { plain = true })
  vim.api.nvim_buf_set_lines(input, 0, -1, false, #known > 1 and vim.list_slice(known, 1, #known - 1) or known)
  vim.bo[input].modified = false
  vim.api.nvim_create_autocmd("BufWriteCmd", {
    buffer = input,
    callback = function()
      local lines = vim.api.nvim_buf_get_lines(input, 0, -1, false)
      vim.bo[input].modified = false
      vim.schedule(function()
        vim.api.nvim_buf_delete(input, { force = true })
        if vim.api.nvim_win_is_valid(before) then
          vim.api.nvim_set_current_win(before)
        end
        M.with_lines(bufnr, (#lines == 1 and lines[1] == "") and {} or lines, args)
      end)
    end,
  })
  require("taco.say").info("Type what the program reads, then :w to run it.")
end

return M

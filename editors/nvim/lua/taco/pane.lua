--- The tutor's window: one Markdown buffer to read, to which each answer, run or list adds an entry at the end.

local M = {}

local NAME = "taco://tutor"
local WIDE = 120

local bufnr ---@type integer?
local subject ---@type integer? the buffer that the entries are about
local body_start = 0 -- the line (from 0) where the body of the last entry starts

---@param first integer
---@param lines string[]
local function set_lines(first, lines)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, first, -1, false, lines)
  vim.bo[bufnr].modifiable = false
end

local function make_buffer()
  bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, NAME)
  vim.bo[bufnr].bufhidden = "hide"
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].filetype = "markdown"
  vim.bo[bufnr].modifiable = false
  vim.api.nvim_buf_set_keymap(bufnr, "n", "q", "<Cmd>close<CR>", { noremap = true, nowait = true })
end

---@return integer[] windows of this tab page that show the pane
local function windows()
  return vim.tbl_filter(function(window)
    return vim.api.nvim_win_get_buf(window) == bufnr
  end, vim.api.nvim_tabpage_list_wins(0))
end

local function show()
  if #windows() > 0 then
    return
  end
  local before = vim.api.nvim_get_current_win()
  vim.cmd((vim.o.columns >= WIDE and "botright vertical" or "botright") .. " sbuffer " .. bufnr)
  vim.wo.wrap, vim.wo.linebreak = true, true
  vim.wo.number, vim.wo.relativenumber = false, false
  vim.api.nvim_set_current_win(before)
end

local function follow()
  for _, window in ipairs(windows()) do
    if window ~= vim.api.nvim_get_current_win() then
      vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(bufnr), 0 })
    end
  end
end

--- Start an entry and show the window; the cursor stays where it is.
---@param heading string
---@param about? integer the buffer it is about
function M.begin(heading, about)
  if not (bufnr and vim.api.nvim_buf_is_valid(bufnr)) then
    make_buffer()
  end
  subject = about or subject
  show()
  local used = vim.api.nvim_buf_line_count(bufnr)
  local is_empty = used == 1 and vim.api.nvim_buf_get_lines(bufnr, 0, 1, false)[1] == ""
  local first = is_empty and 0 or used
  local lines = is_empty and { "## " .. heading, "" } or { "", "## " .. heading, "" }
  set_lines(first, lines)
  body_start = first + #lines
  follow()
end

--- Give the last entry another heading.
---@param heading string
function M.retitle(heading)
  if not (bufnr and vim.api.nvim_buf_is_valid(bufnr)) then
    return
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, body_start - 2, body_start - 1, false, { "## " .. heading })
  vim.bo[bufnr].modifiable = false
end

--- Put a text in place of the last entry's body. Does nothing when the student has wiped the buffer out.
---@param text string Markdown
function M.write(text)
  if bufnr and vim.api.nvim_buf_is_valid(bufnr) then
    set_lines(body_start, vim.split(text, "\n", { plain = true }))
    follow()
  end
end

--- Add a whole entry.
---@param heading string
---@param text string Markdown
---@param about? integer
function M.add(heading, text, about)
  M.begin(heading, about)
  M.write(text)
end

--- The buffer a command is about: the current one, or from within the pane the one it speaks of.
---@return integer
function M.subject()
  local current = vim.api.nvim_get_current_buf()
  if current == bufnr and subject and vim.api.nvim_buf_is_valid(subject) then
    return subject
  end
  return current
end

return M

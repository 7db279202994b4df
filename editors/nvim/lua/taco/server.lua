--- The life of the server: which files it serves, how it is started, and started again when it breaks.
---
--- One server serves all files of this Neovim, so that opening a challenge and its files are one session.

local compat = require("taco.compat")
local config = require("taco.config")
local say = require("taco.say")

local M = {}

local RESTARTS = 3
local WITHIN_MS = 3 * 60 * 1000 -- what broke longer ago is forgotten
local START_MS = 15000
local POLL_MS = 20
local EXIT_MS = 2000 -- for the server to write what is open; Neovim goes on as soon as it has

local crashes = {} ---@type integer[] when the server broke
local launched ---@type integer? id of the client, where Neovim does not find it by itself

local MISSING = "The program `%s` was not found. Install it with `uv tool install taco-lsp`, or name it in vim.g.taco.cmd."
local SILENT = "TACO's server did not start in time. See :checkhealth taco."

---@param file string
---@return boolean
local function is_conversation(file)
  return file:match("[/\\]%.taco[/\\]conversation%.md$") ~= nil
end

--- Whether the tutor can help with a buffer.
---@param bufnr integer
---@return boolean
local function is_served(bufnr)
  local file = vim.api.nvim_buf_get_name(bufnr)
  if file == "" or file:match("^%a[%w+.-]+://") or vim.bo[bufnr].buftype ~= "" then
    return false
  end
  return vim.tbl_contains(config.get().filetypes, vim.bo[bufnr].filetype) or is_conversation(file)
end

--- The folder whose settings count: the nearest with `.taco/config.toml` or `.git`, else the current one.
---@param bufnr integer
---@return string
local function root_of(bufnr)
  local file = vim.api.nvim_buf_get_name(bufnr)
  local folder, above = vim.fn.fnamemodify(file, ":p:h"), nil
  while file ~= "" and folder ~= above do
    for _, marker in ipairs({ "/.taco/config.toml", "/.git" }) do
      if compat.uv.fs_stat(folder .. marker) then
        return folder
      end
    end
    folder, above = vim.fn.fnamemodify(folder, ":h"), folder
  end
  return vim.fn.getcwd()
end

---@return table
local function capabilities()
  local made = vim.lsp.protocol.make_client_capabilities()
  made.workspace.codeLens = { refreshSupport = true }
  return made
end

--- Whether the server, which broke just now, may be started again.
---@return boolean
local function may_restart()
  local now = compat.uv.now()
  crashes = vim.tbl_filter(function(at)
    return now - at < WITHIN_MS
  end, crashes)
  crashes[#crashes + 1] = now
  return #crashes <= RESTARTS
end

---@param code integer
---@param signal integer
local function on_exit(code, signal)
  vim.schedule(function()
    launched = nil
    require("taco.task").abandon("The tutor's server stopped before it had answered. Please try again.")
    if (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL then
      return
    end
    if not may_restart() then
      say.error("TACO's server keeps stopping. What was recorded is safe. See :checkhealth taco; any :Taco command tries again.")
      return
    end
    say.warn("TACO's server stopped and is started again.")
    for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(bufnr) and is_served(bufnr) then
        M.launch(bufnr)
      end
    end
  end)
end

--- The configuration of the client, as `vim.lsp.config` takes it.
---@return table
function M.config()
  local options = config.get()
  return {
    name = "taco",
    cmd = options.cmd,
    filetypes = vim.list_extend({ "markdown" }, options.filetypes),
    init_options = next(options.settings) and options.settings or nil, -- an empty one would travel as a list
    capabilities = capabilities(),
    handlers = require("taco.handlers"),
    commands = require("taco.offers"),
    on_exit = on_exit,
    exit_timeout = EXIT_MS,
    flags = { exit_timeout = EXIT_MS }, -- where it was before 0.12
    root_dir = function(bufnr, on_dir)
      if is_served(bufnr) then
        on_dir(root_of(bufnr))
      end
    end,
    reuse_client = function(client)
      return client.name == "taco" and not compat.is_stopped(client)
    end,
  }
end

---@param bufnr integer
---@return table
local function resolved(bufnr)
  local base = compat.has_lsp_config and vim.lsp.config.taco or M.config()
  local made = vim.tbl_extend("force", base, { root_dir = root_of(bufnr) })
  made.workspace_folders = { { uri = vim.uri_from_fname(made.root_dir), name = made.root_dir } }
  return made
end

--- Start the server unless it runs, and have it serve a buffer that has a file.
---@param bufnr integer
function M.launch(bufnr)
  local attach = vim.api.nvim_buf_get_name(bufnr) ~= "" and vim.bo[bufnr].buftype == ""
  local made = resolved(bufnr)
  if compat.has_lsp_config then
    vim.lsp.start(made, { bufnr = bufnr, attach = attach, reuse_client = made.reuse_client })
    return
  end
  launched = launched or vim.lsp.start_client(made)
  if launched and attach and not vim.lsp.buf_is_attached(bufnr, launched) then
    vim.lsp.buf_attach_client(bufnr, launched)
    require("taco.lenses").show(bufnr)
  end
end

--- Give the server's client to a function, once the server runs and serves the buffer.
---@param bufnr integer
---@param use fun(client: table)
function M.with_client(bufnr, use)
  local cmd = resolved(bufnr).cmd
  if type(cmd) == "table" and vim.fn.executable(cmd[1]) == 0 then
    say.error(MISSING:format(cmd[1]))
    return
  end
  M.launch(bufnr)
  local deadline = compat.uv.now() + START_MS
  local function try()
    local client = compat.client()
    if client then
      use(client)
    elseif compat.uv.now() > deadline then
      say.error(SILENT)
    else
      vim.defer_fn(try, POLL_MS)
    end
  end
  try()
end

---@param bufnr integer
local function launch_if_served(bufnr)
  if is_served(bufnr) and vim.fn.executable(config.get().cmd[1]) == 1 then
    M.launch(bufnr)
  end
end

--- Have the server start by itself with the first file it can help with.
function M.enable()
  local group = vim.api.nvim_create_augroup("taco", { clear = true })
  if compat.has_lsp_config then
    vim.lsp.enable("taco")
    vim.api.nvim_create_autocmd("LspAttach", {
      group = group,
      callback = function(event)
        local client = vim.lsp.get_client_by_id(event.data.client_id)
        if client and client.name == "taco" then
          require("taco.lenses").show(event.buf)
        end
      end,
    })
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    callback = function(event)
      launch_if_served(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do -- a plugin manager may load the plugin late
    if vim.api.nvim_buf_is_loaded(bufnr) then
      launch_if_served(bufnr)
    end
  end
end

return M

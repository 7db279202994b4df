--- What differs between Neovim 0.7 and today's, and nothing else.

local M = {}

local modern = vim.fn.has("nvim-0.11") == 1

--- Whether `vim.lsp.config` and `vim.lsp.enable` are there.
M.has_lsp_config = vim.lsp.config ~= nil

M.uv = vim.uv or vim.loop

--- The running client of TACO that is ready for requests.
---@return table?
function M.client()
  local all = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  for _, client in ipairs(all) do
    if client.name == "taco" and client.initialized and not M.is_stopped(client) then
      return client
    end
  end
end

---@param client table
---@return boolean
function M.is_stopped(client)
  if modern then
    return client:is_stopped()
  end
  return client.is_stopped()
end

---@param client table
---@param method string
---@param params table
---@param handler fun(err?: table, result?: table)
---@param bufnr integer
---@return integer? id nil when it could not be sent
function M.request(client, method, params, handler, bufnr)
  local sent, id
  if modern then
    sent, id = client:request(method, params, handler, bufnr)
  else
    sent, id = client.request(method, params, handler, bufnr)
  end
  return sent and id or nil
end

---@param client table
---@param id integer
function M.cancel(client, id)
  if modern then
    client:cancel_request(id)
  else
    client.cancel_request(id)
  end
end

--- The functions of a health check, by their names of today.
---@return { start: fun(text: string), ok: fun(text: string), info: fun(text: string), warn: fun(text: string, advice?: string[]), error: fun(text: string, advice?: string[]) }
function M.health()
  if vim.health and vim.health.start then
    return vim.health
  end
  local old = require("health")
  return {
    start = old.report_start,
    ok = old.report_ok,
    info = old.report_info,
    warn = old.report_warn,
    error = old.report_error,
  }
end

return M

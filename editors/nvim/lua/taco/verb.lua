--- Sends a verb of the protocol and hands its result on; says in plain words when it fails.

local compat = require("taco.compat")
local protocol = require("taco.protocol")
local say = require("taco.say")
local server = require("taco.server")

local M = {}

--- The `textDocument` of a buffer.
---@param bufnr integer
---@return taco.TextDocument
function M.document(bufnr)
  return { uri = vim.uri_from_bufnr(bufnr) }
end

--- Whole lines as a range; columns are 0, so it is the same in every position encoding.
---@param first integer from 1
---@param last integer from 1, included
---@return taco.Range
function M.lines(first, last)
  return { start = { line = first - 1, character = 0 }, ["end"] = { line = last, character = 0 } }
end

--- Send a verb on a client that runs.
---@param client table
---@param name string a key of `protocol.verbs`
---@param params table
---@param bufnr integer
---@param on_reply fun(err?: table, result?: table)
---@return integer? id for cancelling
function M.send(client, name, params, bufnr, on_reply)
  -- An empty Lua table would travel as a JSON list.
  local body = next(params) and params or vim.empty_dict()
  return compat.request(client, protocol.verbs[name].method, body, on_reply, bufnr)
end

--- Call a verb, starting the server when needed.
---@param name string a key of `protocol.verbs`
---@param params table
---@param bufnr integer
---@param on_result fun(result: table)
function M.call(name, params, bufnr, on_result)
  server.with_client(bufnr, function(client)
    M.send(client, name, params, bufnr, function(err, result)
      if err then
        say.error(say.text_of(err))
      else
        on_result(result)
      end
    end)
  end)
end

return M

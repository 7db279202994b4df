--- What the server may send by itself, for our client only; everything else goes to Neovim's own handlers.

local protocol = require("taco.protocol")

local handlers = {}

handlers["$/progress"] = function(err, result, ctx, config)
  if not (result and require("taco.task").progressed(result.token, result.value)) then
    local default = vim.lsp.handlers["$/progress"]
    return default and default(err, result, ctx, config)
  end
end

-- While Neovim exits, the sessions end; the server must not be asked about that any more.
local function is_exiting()
  return vim.v.exiting ~= vim.NIL
end

handlers[protocol.notifications.session_didChange] = function()
  if not is_exiting() then
    require("taco.lenses").refresh()
    require("taco.status").refresh()
  end
end

if not vim.lsp.codelens.enable then
  handlers["workspace/codeLens/refresh"] = function()
    if not is_exiting() then
      require("taco.lenses").refresh()
    end
    return vim.NIL
  end
end

return handlers

--- The student's account at a school, and syncing with it.

local say = require("taco.say")
local text = require("taco.text")
local verb = require("taco.verb")

local M = {}

--- Sign in; the address is asked for unless it is given, the password always, and neither is kept here.
---@param bufnr integer
---@param email string perhaps empty
function M.sign_in(bufnr, email)
  if email == "" then
    vim.ui.input({ prompt = "Your e-mail address: " }, function(typed)
      if typed and vim.trim(typed) ~= "" then
        M.sign_in(bufnr, vim.trim(typed))
      end
    end)
    return
  end
  local password = vim.fn.inputsecret("Your password: ")
  if password == "" then
    return
  end
  verb.call("account_signIn", { email = email, password = password }, bufnr, function(account)
    ---@cast account taco.AccountState
    say.info(account.organization and ("You are signed in at %s."):format(account.organization) or "You are signed in.")
    require("taco.status").refresh()
  end)
end

---@param bufnr integer
function M.sign_out(bufnr)
  verb.call("account_signOut", {}, bufnr, function()
    say.info("You are signed out.")
    require("taco.status").refresh()
  end)
end

---@param bufnr integer
function M.sync(bufnr)
  verb.call("sync_now", {}, bufnr, function(status)
    ---@cast status taco.SyncStatus
    if status.state == "signedOut" then
      say.info("You are not signed in. `:Taco signin` signs you in.")
      return
    end
    local words = text.sync(status) or "no school is set, so nothing leaves this machine"
    say.info(words:sub(1, 1):upper() .. words:sub(2) .. ".")
  end)
end

return M

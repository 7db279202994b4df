--- Opens a challenge: the student chooses, the server writes the files, Neovim shows the first, and the task beside it.

local pane = require("taco.pane")
local say = require("taco.say")
local verb = require("taco.verb")

local M = {}

local NONE = "This file belongs to no challenge. `:Taco open` opens one."

--- Whether the server made the challenge of a program that belonged to none; there is nothing to be read in it.
---@param challenge taco.ChallengeSummary
---@return boolean
local function is_own(challenge)
  return challenge.statement == "Practice: " .. challenge.title
end

--- Go to a file. The server may have had it opened already; to edit it again would close and reopen it.
---@param uri string
local function show(uri)
  local opened = vim.uri_to_bufnr(uri)
  vim.bo[opened].buflisted = true
  vim.cmd("hide buffer " .. opened)
end

---@param bufnr integer
---@param challenge taco.ChallengeSummary
local function open(bufnr, challenge)
  local folder = vim.uri_from_fname(vim.fn.getcwd())
  verb.call("challenge_open", { challengeId = challenge.id, folder = folder }, bufnr, function(result)
    ---@cast result taco.ChallengeOpenResult
    show(result.files[1])
    if not is_own(challenge) then
      pane.add(challenge.title, challenge.statement, vim.api.nvim_get_current_buf())
    end
    local note = result.restored and "Your latest saved version is open." or "Good luck!"
    say.info(("%s: %s"):format(result.title, note))
  end)
end

--- Open the challenge whose title has these words; the student chooses when there are several.
---@param bufnr integer
---@param words string perhaps empty
function M.open(bufnr, words)
  verb.call("challenge_list", {}, bufnr, function(result)
    ---@cast result taco.ChallengeList
    local found = vim.tbl_filter(function(challenge)
      return challenge.title:lower():find(words:lower(), 1, true) ~= nil
    end, result.challenges)
    if #found == 0 then
      say.info(words == "" and "There are no challenges yet." or "No challenge has that in its title.")
    elseif #found == 1 and words ~= "" then
      open(bufnr, found[1])
    else
      vim.ui.select(found, {
        prompt = "Open the challenge",
        format_item = function(challenge)
          local state = is_own(challenge) and "your own program" or challenge.started and "started"
          return challenge.title .. (state and (" (%s)"):format(state) or "")
        end,
      }, function(chosen)
        if chosen then
          open(bufnr, chosen)
        end
      end)
    end
  end)
end

--- Show what the challenge of a buffer asks for.
---@param bufnr integer
function M.task(bufnr)
  verb.call("status", { textDocument = verb.document(bufnr) }, bufnr, function(status)
    ---@cast status taco.StatusResult
    verb.call("challenge_list", {}, bufnr, function(list)
      ---@cast list taco.ChallengeList
      for _, challenge in ipairs(list.challenges) do
        if status.seat and challenge.id == status.seat.challengeId and not is_own(challenge) then
          pane.add(challenge.title, challenge.statement, bufnr)
          return
        end
      end
      say.info(NONE)
    end)
  end)
end

return M

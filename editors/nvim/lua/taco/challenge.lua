--- Opens a challenge: the student chooses, the server writes the files, Neovim shows the first.

local say = require("taco.say")
local verb = require("taco.verb")

local M = {}

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
          return challenge.title .. (challenge.started and " (started)" or "")
        end,
      }, function(chosen)
        if chosen then
          open(bufnr, chosen)
        end
      end)
    end
  end)
end

return M

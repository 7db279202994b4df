--- Results as Markdown. Pure functions.

local M = {}

--- Put a text into a code fence that nothing in it can close.
---@param text string
---@return string
function M.fenced(text)
  local longest = 2
  for ticks in text:gmatch("`+") do
    longest = math.max(longest, #ticks)
  end
  local fence = ("`"):rep(longest + 1)
  return ("%stext\n%s\n%s"):format(fence, (text:gsub("\n$", "")), fence)
end

--- A time of the protocol in local time, such as `2026-03-02 10:01`.
---@param time taco.Time
---@return string
function M.moment(time)
  local year, month, day, hour, min, sec = time:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
  if not year then
    return time
  end
  local utc = os.time({ year = year, month = month, day = day, hour = hour, min = min, sec = sec, isdst = false })
  local offset = os.difftime(utc, os.time(vim.tbl_extend("force", os.date("!*t", utc), { isdst = false })))
  return os.date("%Y-%m-%d %H:%M", utc + offset)
end

---@param answer taco.AskResult
---@return string
function M.answer(answer)
  return answer.notice and ("%s\n\n*%s*"):format(answer.response, answer.notice) or answer.response
end

--- The heading of an answer, such as `Hint 2 of 5`.
---@param answer taco.AskResult
---@param otherwise string
---@return string
function M.heading(answer, otherwise)
  if (answer.hintLevel or 0) > 0 then
    return ("Hint %d of %d"):format(answer.hintLevel, answer.nextHint.ceiling)
  end
  return otherwise
end

---@param run taco.RunResult|taco.RunTestsResult
---@return string
local function ending(run)
  if run.timedOut then
    return "It ran out of time and was stopped."
  elseif not run.exitCode then
    return "It was stopped."
  elseif run.passed ~= nil then
    return run.passed and "The tests passed." or "The tests did not pass."
  end
  return run.exitCode == 0 and "It ran without an error." or ("It failed with exit code %d."):format(run.exitCode)
end

---@param run taco.RunResult|taco.RunTestsResult
---@return string
function M.run(run)
  local parts = { ("`%s` · %d ms"):format(run.command, run.durationMs), ending(run) }
  parts[#parts + 1] = run.explanation
  for _, stream in ipairs({ { "Output", run.stdout }, { "Errors", run.stderr } }) do
    if stream[2] ~= "" then
      parts[#parts + 1] = ("%s:\n\n%s"):format(stream[1], M.fenced(stream[2]))
    end
  end
  if run.truncated then
    parts[#parts + 1] = "*The output was long; the middle is left out.*"
  end
  return table.concat(parts, "\n\n")
end

---@param history taco.HistoryResult
---@return string
function M.history(history)
  if #history.revisions == 0 then
    return "No saved version yet. `:Taco save` makes one."
  end
  local lines = {}
  for number, revision in ipairs(history.revisions) do
    local _, breaks = revision.solution:gsub("\n", "")
    lines[number] = ("%d. %s, %d lines"):format(number, M.moment(revision.savedAt), breaks)
  end
  return table.concat(lines, "\n") .. "\n\n`:Taco restore NUMBER` brings one back."
end

---@param list taco.NoteList
---@return string
function M.notes(list)
  if #list.notes == 0 then
    return "Your teacher has not left a note here."
  end
  local lines = {}
  for number, note in ipairs(list.notes) do
    local where = note.line and (", line %d"):format(note.line) or ""
    lines[number] = ("- %s%s: %s"):format(M.moment(note.createdAt), where, (vim.trim(note.text):gsub("%s+", " ")))
  end
  return table.concat(lines, "\n")
end

local SYNC = {
  signedOut = "not signed in",
  syncing = "syncing",
  waiting = "not synced",
}

--- How syncing stands, in a few words; nil where there is no school.
---@param sync? taco.SyncStatus
---@return string?
function M.sync(sync)
  if not sync or sync.state == "off" then
    return nil
  elseif sync.state ~= "idle" then
    local why = sync.problem and (": %s"):format((sync.problem:gsub("%.$", ""))) or ""
    return SYNC[sync.state] .. why
  end
  return sync.unsent > 0 and ("%d to sync"):format(sync.unsent) or "synced"
end

---@param journey taco.JourneyResult
---@return string
function M.journey(journey)
  if #journey.events == 0 then
    return "Nothing is recorded yet."
  end
  local lines = {}
  for number, event in ipairs(journey.events) do
    lines[number] = ("- %s · %s"):format(M.moment(event.at), event.summary)
  end
  return table.concat(lines, "\n")
end

---@param status taco.StatusResult
---@return string
function M.status(status)
  local store = status.store
  local lines = {
    ("- Server: taco-lsp %s"):format(status.version),
    ("- Tutor: %s"):format(status.tutor == "model" and (status.model or "a model") or "built in, works offline"),
    ("- Store: %s%s"):format(store.url, store.readOnly and " (read-only)" or ""),
    ("- Recording: %s"):format(status.recording and "on" or "off"),
  }
  local school = M.sync(status.sync)
  if school then
    lines[#lines + 1] = ("- School: %s"):format(school)
  end
  if store.problem then
    lines[#lines + 1] = ("- Problem: %s"):format(store.problem)
  end
  if status.seat then
    local hints = status.seat.hints
    lines[#lines + 1] = ("- Challenge: %s"):format(status.seat.challengeTitle)
    lines[#lines + 1] = ("- Hints: %d of %d given"):format(hints.given, hints.ceiling)
  end
  return table.concat(lines, "\n")
end

return M

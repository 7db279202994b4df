--- A server that always breaks is started again three times, then the student is told.

local scene = require("scene")

scene.play(function()
  vim.cmd("edit a.py")
  scene.says("TACO's server keeps stopping. What was recorded is safe.")
  local again = vim.tbl_filter(function(said)
    return said == "TACO's server stopped and is started again."
  end, scene.said)
  scene.equal(3, #again)
end)

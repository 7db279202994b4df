--- A student of a school signs in, syncs and signs out.

local scene = require("scene")

local passwords = { "guessed", os.getenv("PASSWORD") }
vim.fn.inputsecret = function()
  return table.remove(passwords, 1)
end

scene.play(function()
  vim.cmd("edit loop.py")
  vim.cmd("Taco signin " .. os.getenv("EMAIL"))
  scene.says("The e-mail address or the password is wrong.")
  vim.ui.input = function(_, on_typed)
    on_typed(os.getenv("EMAIL"))
  end
  vim.cmd("Taco signin")
  scene.says("You are signed in at School.")
  vim.cmd("Taco run")
  scene.shows("It ran without an error.")
  vim.cmd("Taco sync")
  scene.says("Synced.")
  vim.cmd("Taco status")
  scene.shows("- School: sync") -- by itself it may be at it again
  vim.cmd("Taco signout")
  scene.says("You are signed out.")
  vim.cmd("Taco sync")
  scene.says("You are not signed in.")
end)

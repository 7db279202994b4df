// A server that is missing, of another version, and killed while it answers, and a folder that cannot be made; each time
// the student can mend it.

import assert from "node:assert/strict";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { play, until } from "./window.mjs";

const { WORKSPACE, STORE, SERVER, OLD_SERVER, REAL_SERVER } = process.env;

/** The process of the server that has a session, as the store knows it. */
function owner(...not) {
  const store = new DatabaseSync(STORE, { readOnly: true, timeout: 5000 });
  const found = store.prepare("SELECT DISTINCT pid FROM session_owners").all();
  store.close();
  return found.map(({ pid }) => pid).find((pid) => !not.includes(pid));
}

await play(async (open) => {
  const window = await open(WORKSPACE);
  // This starts the extension, with its panel out of sight.
  await window.enterUntil("TACO: Restart the Server", "TACO: not running");
  const missing = window.toast("names a program that is not there");
  await missing.getByRole("button", { name: "Choose the Program" }).waitFor();
  await window.view();
  const panel = await window.panel();
  const alert = panel.getByRole("alert");
  await alert.getByText("names a program that is not there").waitFor();
  await window.picture("missing");
  await alert.getByRole("button", { name: "Install in a Terminal" }).click();
  await window.output("tool install taco-lsp");
  const typed = await window.page.locator(".terminal .xterm-rows").first().textContent();
  assert.equal(typed.split("tool install").length, 2, typed);
  await window.picture("install");

  copyFileSync(OLD_SERVER, SERVER);
  await alert.getByRole("button", { name: "Try Again" }).click();
  const old = "The tutor's server is version 9.1.0; this extension needs 0.1.";
  await alert.getByText(old).waitFor();
  await alert.getByRole("button", { name: "Update in a Terminal" }).waitFor();
  assert.equal(await window.toast(old).count(), 0, "what the panel says need not be said twice");

  copyFileSync(REAL_SERVER, SERVER);
  await alert.getByRole("button", { name: "Try Again" }).click();
  await missing.waitFor({ state: "hidden" });
  const blocked = join(WORKSPACE, "average-of-a-list");
  writeFileSync(blocked, "");
  const challenge = window.page.locator(".monaco-list-row", { hasText: "Average of a list" });
  await challenge.click();
  const dialog = window.page.locator(".monaco-dialog-box", { hasText: "cannot be written" });
  await dialog.getByRole("button", { name: "Choose Another Folder" }).waitFor();
  await window.picture("blocked");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  rmSync(blocked);
  await challenge.click();
  await window.status("Average of a list · hint 0/5");

  await panel.getByLabel("Ask about your code").fill("where do I begin?");
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await panel.getByText("Half an").waitFor();
  let pid = owner();
  process.kill(pid, "SIGKILL");
  const failed = panel.locator("article.failed", { hasText: "where do I begin?" });
  await failed.getByText("stopped before it had answered").waitFor();
  await failed.getByText("Half an").waitFor();
  await window.picture("crashed");
  await failed.getByRole("button", { name: "Ask again" }).click();
  await panel.locator("article.done", { hasText: "A whole answer." }).waitFor();
  assert.equal(await failed.count(), 0);

  for (const killed = [pid]; killed.length < 4; killed.push(pid)) {
    pid = await until("a new server", () => owner(...killed));
    process.kill(pid, "SIGKILL");
  }
  await alert.getByText("The tutor's server keeps stopping. What was recorded is safe").waitFor();
  await window.picture("given-up");
  await alert.getByRole("button", { name: "Try Again" }).click();
  await window.status("Average of a list");
  await panel.locator("#log").getByText("A whole answer.").waitFor();

  await window.command("TACO: Pause Recording");
  await window.status("not recorded");
  await panel.getByText("Nothing is being recorded.").waitFor();
  await window.picture("paused");
});

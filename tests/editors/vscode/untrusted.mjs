// A folder that the student does not trust: the tutor answers, nothing is run.

import assert from "node:assert/strict";
import { play } from "./window.mjs";

await play(async (open) => {
  const window = await open(process.env.WORKSPACE);
  await window.status("Restricted Mode");
  await window.view();
  const panel = await window.panel();
  await window.page.locator(".monaco-list-row", { hasText: "Average of a list" }).click();
  await window.status("Average of a list · hint 0/5");
  await panel.getByRole("button", { name: "Hint 1 of 5" }).click();
  await panel.locator("article.done", { hasText: "Hint 1 of 5" }).waitFor();

  assert.equal(await window.offers("TACO: Run"), false);
  assert.equal(await window.offers("TACO: Test"), false);
  assert.equal(await window.offers("TACO: Save as My Solution"), true);
  await window.page.locator(".codelens-decoration a", { hasText: /^Run$/ }).click();
  await window.message("Programs are not run in a folder that you have not trusted.");
  await window.picture("untrusted");
});

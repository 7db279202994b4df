// What a student meets at the beginning: the walkthrough, whose steps are ticked off by what is done in whichever way. And
// the log, for when something goes wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { play, until } from "./window.mjs";

const PASSING = readFileSync(process.env.PASSING, "utf8");
const STEPS = [
  "Open a challenge",
  "Ask when you are stuck",
  "Climb the hint ladder",
  "Run your program",
  "Look back on your journey",
];

async function openWalkthrough(window) {
  await window.enter("Welcome: Open Walkthrough");
  await window.choose("Start with TACO Tutor");
  await window.page.getByRole("button", { name: STEPS[0] }).first().waitFor();
}

await play(async (open) => {
  const window = await open(process.env.WORKSPACE);
  const { page } = window;
  const ticked = (step) => page.locator(`[role=checkbox][aria-label="${step}: Completed"]`);
  await window.view();
  const panel = await window.panel();
  await openWalkthrough(window);
  assert.deepEqual(await Promise.all(STEPS.map((step) => ticked(step).count())), [0, 0, 0, 0, 0]);
  await window.picture("tour-1-steps");

  await page.locator(".monaco-list-row", { hasText: "Average of a list" }).click();
  await window.status("Average of a list · hint 0/5");
  await panel.getByLabel("Ask about your code").fill("where do I begin?");
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await panel.locator("article.done", { hasText: "where do I begin?" }).waitFor();
  await panel.getByRole("button", { name: "Hint 1 of 5" }).click();
  await window.status("hint 1/5");
  await page.locator(".codelens-decoration a", { hasText: /^Run$/ }).click();
  await window.output("It ended without an error");
  await page.locator(".codelens-decoration a", { hasText: /^Test$/ }).click();
  await window.output("The tests did not pass");
  await window.picture("tour-2-tests");
  await window.type(PASSING);
  await window.command("TACO: Test");
  await window.output("The tests passed.");
  await page.getByRole("button", { name: "Show My Journey" }).click();
  await until("the journey", () => window.frame("#scrubber"));
  await openWalkthrough(window);
  for (const step of STEPS) await ticked(step).waitFor();
  await window.picture("tour-3-ticked");

  await window.command("TACO: Show Log");
  await page.locator(".output-view .view-lines", { hasText: "is running" }).waitFor();
  await window.picture("tour-4-log");
});

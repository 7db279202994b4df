// A whole session, as a student clicks and types it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { play, until } from "./window.mjs";

const { WORKSPACE, QUESTION, STDIN } = process.env;
const [failing, passing] = [process.env.FAILING, process.env.PASSING].map((file) => readFileSync(file, "utf8"));

/** Keep every state of the answers that the panel shows from now on. */
function watch(panel) {
  return panel.evaluate(() => {
    globalThis.seen = [];
    const look = () => {
      const last = [...document.querySelectorAll("article")].at(-1);
      const state = {
        isBusy: last?.getAttribute("aria-busy"),
        text: last?.querySelector(".answer")?.textContent.trim() ?? "",
      };
      if (JSON.stringify(state) !== JSON.stringify(globalThis.seen.at(-1))) globalThis.seen.push(state);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
}

/** What the panel showed of an answer before it was whole. */
async function streamed(panel) {
  const seen = await panel.evaluate(() => globalThis.seen);
  return seen.filter(({ isBusy, text }) => isBusy === "true" && text !== "").map(({ text }) => text);
}

await play(async (open) => {
  const window = await open(WORKSPACE);
  await window.view();
  const panel = await window.panel();
  await window.page.locator(".monaco-list-row", { hasText: "Average of a list" }).click();
  await window.status("Average of a list · hint 0/5");
  await window.lens("Give me a hint (1 of 5)");
  const task = panel.locator("#statement");
  await task.getByText("returns the average of a list of numbers").waitFor();
  await window.picture("0-task");
  await window.type(failing);
  await panel.getByText("0 of 5 hints given").waitFor();
  await window.picture("1-challenge");

  await panel.getByRole("button", { name: "Hint 1 of 5" }).click();
  const hint = panel.locator("article", { hasText: "Hint 1 of 5" });
  await task.waitFor({ state: "hidden" });
  await panel.getByText("Your task").click();
  await task.getByText("returns the average").waitFor();
  await panel.getByText("Your task").click();
  await hint.getByRole("button", { name: "Helpful", exact: true }).click();
  await hint.locator('[aria-pressed="true"]', { hasText: /^Helpful$/ }).waitFor();
  await panel.getByText("The next hint opens when you change your code or run it.").waitFor();
  await window.status("hint 1/5");
  await window.lens("Give me a hint (1 of 5) again");

  await window.command("TACO: Run with Input");
  await window.answer(STDIN.trimEnd().replaceAll("\n", "\\n"));
  await window.output("IndexError: list index out of range");
  await window.page.locator(".squiggly-error").first().waitFor();
  await window.status("hint 1/5");
  await panel.getByText("The next hint is open.").waitFor();
  await panel.getByRole("button", { name: "Explain" }).click();
  await panel.locator("article.done", { hasText: "Explanation" }).waitFor();
  await window.picture("2-error");

  await window.type(passing);
  await window.page.locator(".codelens-decoration a", { hasText: /^Run$/ }).click();
  await window.output("4.0");

  await window.page.keyboard.press("Control+Alt+A");
  await until("the cursor in the question", () => panel.evaluate(() => document.activeElement?.id === "question"));
  await watch(panel);
  await window.page.keyboard.type(QUESTION);
  await window.page.keyboard.press("Enter");
  await panel.getByRole("button", { name: "Stop" }).waitFor();
  await panel.getByText("0, 1 and 2").waitFor();
  await window.picture("3-streaming");
  const answer = panel.locator("article.done", { hasText: QUESTION });
  await answer.waitFor();
  const pieces = await streamed(panel);
  const whole = await answer.locator(".answer").textContent();
  assert.ok(pieces.length >= 2, `the answer came in ${pieces.length} pieces`);
  assert.ok(pieces.every((piece, at) => whole.startsWith(piece) && piece.length > (pieces[at - 1] ?? "").length));
  assert.equal(await panel.locator("article img, article script").count(), 0);
  assert.equal(await answer.locator("code").first().textContent(), "len(numbers)");

  await window.page.locator(".editor-instance .view-lines").first().click();
  await window.save();
  await window.command("TACO: Save as My Solution");
  await window.status("Nothing has changed since the last save.");
  await window.picture("4-passed");

  await window.type("lost = True\n");
  await window.command("TACO: Saved Versions");
  await window.version("13 lines");
  await until("the version that was saved", async () => (await window.text()).includes("range(len(numbers))"));
  await window.save();

  await window.command("TACO: Show My Journey");
  const journey = await until("the journey", () => window.frame("#scrubber"));
  await journey.locator("#moments > li").nth(4).waitFor();
  await window.picture("5-journey");
  await window.command("View: Close All Editors");
  await panel.getByText("Open a challenge, or a program").waitFor();
});

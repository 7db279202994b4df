// A student of a school: signs in, works at a challenge of the class, and finds the teacher's note in the program.

import assert from "node:assert/strict";
import { play, until } from "./window.mjs";

const { WORKSPACE, EMAIL, PASSWORD, NOTE } = process.env;

async function signIn(window, password) {
  await window.command("TACO: Sign In");
  await window.answer(EMAIL);
  const input = window.page.locator(".quick-input-widget input.input[type=password]");
  await input.waitFor();
  await window.answer(password);
}

await play(async (open) => {
  const window = await open(WORKSPACE);
  await window.view();
  const panel = await window.panel();
  await window.status("TACO · not signed in");
  await window.picture("school-1-signed-out");
  await signIn(window, "guessed");
  await window.message("The e-mail address or the password is wrong.");
  await signIn(window, PASSWORD);
  await window.message("You are signed in at School.");
  await window.status("TACO · synced");
  await window.picture("school-2-signed-in");

  await window.page.locator(".monaco-list-row", { hasText: "Task of 9a" }).click();
  await window.status("Task of 9a · hint 0/5");
  await window.type("first = 1\nprint(first + second)\n");
  await window.page.locator(".codelens-decoration a", { hasText: /^Run$/ }).click();
  await window.output("NameError");
  await window.status("Task of 9a · hint 0/5 · synced");

  const lens = window.page.locator(".codelens-decoration a", { hasText: "1 note from your teacher" });
  await until("the teacher's note", async () => {
    await window.command("TACO: Sync with My School");
    return lens.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  });
  await window.page.locator(".squiggly-info").first().waitFor();
  await window.command("View: Focus Problems");
  await window.page.locator(".markers-panel", { hasText: `Your teacher: ${NOTE}` }).waitFor();
  await window.picture("school-3-note");
  await lens.click();
  await window.page.locator(".quick-input-list .monaco-list-row", { hasText: NOTE }).waitFor();
  await window.picture("school-4-notes");
  await window.choose(NOTE);
  await window.status("Ln 2, Col 1");
  await window.command("TACO: Show My Journey");
  const journey = await until("the journey", () => window.frame("#scrubber"));
  await journey.locator("#moments", { hasText: NOTE }).waitFor();
  await window.picture("school-5-journey");

  await window.command("TACO: Sign Out");
  await window.status("not signed in");
});

// Two windows, each with its own server, on one store.

import { play } from "./window.mjs";

const { FIRST, SECOND } = process.env;

async function begin(window) {
  await window.view();
  const panel = await window.panel();
  await window.page.locator(".monaco-list-row", { hasText: "Average of a list" }).click();
  await window.status("Average of a list");
  return panel;
}

await play(async (open) => {
  const [one, two] = await Promise.all([open(FIRST), open(SECOND)]);
  const panels = [await begin(one), await begin(two)];
  await Promise.all(
    panels.map(async (panel, at) => {
      await panel.getByLabel("Ask about your code").fill(`from window ${at + 1}`);
      await panel.getByRole("button", { name: "Ask", exact: true }).click();
      await panel.locator("article.done", { hasText: `from window ${at + 1}` }).waitFor();
    }),
  );
});

// The tutor by keyboard alone, and as a screen reader is told of it: names, roles, order, and an answer that is said once.
// Then the panel in every kind of theme, checked by axe.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { play, until } from "./window.mjs";

const { WORKSPACE, AXE, PICTURES } = process.env;
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const THEMES = [
  { name: "Dark Modern", kind: "vscode-dark" },
  { name: "Dark High Contrast", kind: "vscode-high-contrast" },
  { name: "Light High Contrast", kind: "vscode-high-contrast-light" },
  { name: "Light Modern", kind: "vscode-light" },
];
/** VS Code draws a row and its description without a space between them, so no name of the row can hold both as shown. */
const CHALLENGES = {
  part: '.pane:has([aria-label="Challenges Section"])',
  without: ["label-content-name-mismatch"],
};
/** Roles that say nothing, and pieces of text that their parents hold. */
const UNSPOKEN = ["generic", "none", "InlineTextBox", "LabelText"];
const ORDER = [
  "Conversation with the tutor",
  "Helpful",
  "Not helpful",
  "Hint 1 of 5",
  "Explain",
  "Review",
  "Ask about your code",
  "Ask",
];
/** The conversation in the accessibility tree, when the model has answered. */
const CONVERSATION = `\
      log “Conversation with the tutor”
        article “”
          heading “Question”
            StaticText “Question”
          paragraph “”
            StaticText “What does this do?

    for i in range(3):
        print(i)
and why?”
          paragraph “”
            StaticText “Say more about ”
            strong “”
              StaticText “line 2”
            StaticText “, and ”
            code “”
              StaticText “len(numbers)”
            StaticText “. What do you see?”
          group “Did this help? Question”
            button “Helpful”
              StaticText “Helpful”
            button “Not helpful”
              StaticText “Not helpful”
`;
const PASTED = "What does this do?\n\n    for i in range(3):\n        print(i)\nand why?";

/** The name of what has the focus in the panel, as it is read out. */
function focused(panel) {
  return panel.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? at?.textContent;
  });
}

/** Press a key again and again; gives what has the focus each time. */
async function walk(window, panel, key, steps) {
  const seen = [];
  for (let at = 0; at < steps; at++) {
    await window.page.keyboard.press(key);
    seen.push(await focused(panel));
  }
  return seen;
}

/** Keep everything that a screen reader is told from now on. */
function listen(panel) {
  return panel.evaluate(() => {
    globalThis.said = [];
    const status = document.querySelector("[role=status]");
    new MutationObserver(() => globalThis.said.push(status.textContent)).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
}

/** The panel as assistive technology gets it: a line for each node, deeper ones indented, with its role and its name. */
async function accessibility(window) {
  const session = await window.page.context().newCDPSession(window.page);
  const frames = ({ frame, childFrames = [] }) => [frame.id, ...childFrames.flatMap(frames)];
  for (const frameId of frames((await session.send("Page.getFrameTree")).frameTree)) {
    const { nodes } = await session.send("Accessibility.getFullAXTree", { frameId });
    if (nodes.some((node) => node.role.value === "log"))
      return outline(new Map(nodes.map((node) => [node.nodeId, node])), nodes[0]);
  }
  throw new Error("the panel is not in the accessibility tree");
}

function outline(nodes, { role, name, ignored, childIds }, depth = 0) {
  const isShown = !ignored && !UNSPOKEN.includes(role.value);
  const below = childIds.flatMap((id) => outline(nodes, nodes.get(id), isShown ? depth + 1 : depth));
  return isShown ? [`${"  ".repeat(depth)}${role.value} “${name.value}”`, ...below] : below;
}

/** Put on a theme, by its name in the list of themes; `kind` is what it is called within the panel. */
async function wear(window, panel, { name, kind }) {
  await window.page.keyboard.press("Control+K");
  await window.page.keyboard.press("Control+T");
  await window.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  await window.page.keyboard.type(name);
  await window.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor();
  await window.page.keyboard.press("Enter");
  await panel.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
}

/** Give the panel the colour that shines through it: axe looks at one frame, and takes what it cannot see for white. */
async function paint(window, panel) {
  const colour = await window.page.locator(".part.sidebar").evaluate((part) => getComputedStyle(part).backgroundColor);
  await panel.evaluate((colour) => document.documentElement.style.setProperty("background", colour), colour);
}

/** What axe finds wrong on a page, or in a part of it. */
async function faults(frame, { part, without = [] } = {}) {
  if (!(await frame.evaluate(() => "axe" in globalThis))) await frame.evaluate(readFileSync(AXE, "utf8"));
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const found = await frame.evaluate(
    ([where, options]) => globalThis.axe.run(where ?? document, options),
    [part, { runOnly: STANDARDS, rules }],
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

await play(async (open) => {
  const window = await open(WORKSPACE);
  const keys = window.page.keyboard;
  await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await window.enter("TACO: Open a Challenge");
  await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "Average of a list" }).waitFor();
  await keys.press("Enter");
  await window.status("Average of a list · hint 0/5");

  await keys.press("Control+Alt+A");
  const panel = await window.panel();
  await until("the cursor in the question", async () => (await focused(panel)) === "Ask about your code");
  await window.page.evaluate((text) => navigator.clipboard.writeText(text), PASTED);
  await keys.press("Control+V");
  assert.equal(await panel.locator("#question").inputValue(), PASTED);
  await window.picture("keyboard-1-pasted");
  await listen(panel);
  await keys.press("Enter");
  await panel.locator("article.done", { hasText: "What does this do?" }).waitFor();
  const answer = await panel.locator("article.done .answer").textContent();
  const said = await panel.evaluate(() => globalThis.said);
  assert.deepEqual(said, ["The tutor is thinking.", `Question. ${answer.trim()}`]);
  assert.equal(await panel.locator("#log").getAttribute("aria-live"), "off");
  assert.equal(await focused(panel), "Ask about your code");

  const tree = await accessibility(window);
  writeFileSync(join(PICTURES, "accessibility.txt"), `${tree.join("\n")}\n`);
  assert.ok(tree.join("\n").includes(CONVERSATION), tree.join("\n"));

  const back = await walk(window, panel, "Shift+Tab", 6);
  assert.deepEqual(back, [...ORDER.slice(0, 6)].reverse());
  await keys.press("Tab");
  await keys.press("Enter");
  await panel.locator('[aria-pressed="true"]', { hasText: /^Helpful$/ }).waitFor();
  assert.equal(await focused(panel), "Helpful");
  assert.deepEqual(await walk(window, panel, "Tab", 6), ORDER.slice(2));
  await window.picture("keyboard-2-walked");
  await keys.press("Control+1");
  await until("the cursor in the program", () =>
    window.page.locator(".editor-instance .monaco-editor.focused").count(),
  );

  await panel.getByText("Your task").click(); // it folded up when the question was asked
  for (const theme of THEMES) {
    await wear(window, panel, theme);
    await paint(window, panel);
    assert.deepEqual(await faults(panel), [], theme.name);
    assert.deepEqual(await faults(window.page.mainFrame(), CHALLENGES), [], theme.name);
    await window.picture(`keyboard-3-${theme.kind}`);
  }
});

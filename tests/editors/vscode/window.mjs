// A VS Code window in a headless Chromium, and what a student does in it. Everything waits for what it needs, and not for ever.
//
// The environment says where: TOOLS (the folder of `install.sh`), CHROMIUM, CODE (address of code-server), PROFILE (the browser's folder,
// kept from scene to scene, because loading VS Code takes long), PICTURES.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const { TOOLS, CHROMIUM, PROFILE, CODE, PICTURES } = process.env;
const { chromium } = createRequire(join(TOOLS, "package.json"))("playwright-core");
const WAIT_MS = 180_000; // on a machine that has much else to do; alone it takes a few seconds
const RETRY_MS = 2_000;
const SETTLE_MS = 30_000;

/** Open the browser, play a scene in it, and close it; a failure leaves a picture of every window. */
export async function play(scene) {
  const context = await chromium.launchPersistentContext(PROFILE, {
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(WAIT_MS);
  try {
    await scene((folder) => Window.open(context, folder));
  } catch (error) {
    for (const [at, page] of context.pages().entries())
      await page.screenshot({ path: join(PICTURES, `failed-${at}.png`) });
    throw error;
  } finally {
    await context.close();
  }
}

/** Wait until a function gives something true; gives that. */
export async function until(what, look) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Window {
  constructor(page) {
    this.page = page;
  }

  /** A window on a folder, when it can be used. */
  static async open(context, folder) {
    const page = await context.newPage();
    await page.goto(`${CODE}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.activitybar [aria-label="TACO Tutor"]').first().waitFor();
    return new Window(page);
  }

  /** Do a command by its title, through the command palette. */
  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
  }

  /** Do a command by its title, without the mouse; a window that has just opened may not offer it at once. */
  async enter(title) {
    const found = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
    await until(title, async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      await this.page.locator(".quick-input-widget input.input").waitFor();
      await this.page.keyboard.type(title);
      return found.waitFor({ timeout: RETRY_MS }).then(
        () => true,
        () => false,
      );
    });
    await this.page.keyboard.press("Enter");
  }

  /** Whether the command palette offers a command. */
  async offers(title) {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input.input").fill(`>${title}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor();
    const shown = await rows.allTextContents();
    await this.page.keyboard.press("Escape");
    return shown.some((text) => text.includes(title));
  }

  /** Answer the box at the top. */
  async answer(text) {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
    await input.press("Enter");
  }

  /** Wait for a text in the status bar. */
  async status(text, options) {
    await this.page.locator(".statusbar-item", { hasText: text }).first().waitFor(options);
  }

  /** Do a command by its title until the status bar has a text: a new window loses a key now and then. */
  async enterUntil(title, text) {
    await until(text, async () => {
      await this.enter(title);
      return this.status(text, { timeout: SETTLE_MS }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Choose from the list at the top. */
  async choose(text) {
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first().click();
  }

  /** Choose a saved version, from all there are if it did not last. */
  async version(text) {
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    const all = rows.filter({ hasText: /Show all \d+ versions/ });
    await rows.filter({ hasText: "lines" }).or(all).first().waitFor();
    if (await all.count()) await all.click();
    await rows.filter({ hasText: text }).first().click();
  }

  /** A message at the bottom right. */
  toast(text) {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }

  /** Wait for a message, and press one of its buttons. */
  async message(text, button) {
    await this.toast(text).waitFor();
    if (button) await this.toast(text).getByRole("button", { name: button }).click();
  }

  /** Wait for a text in the output of the last run. */
  async output(text) {
    await this.page.locator(".terminal .xterm-rows", { hasText: text }).first().waitFor();
  }

  /** Wait for a lens. */
  async lens(title) {
    await this.page.locator(".codelens-decoration", { hasText: title }).first().waitFor();
  }

  /** Bring up the tutor's view. */
  async view() {
    await this.page.locator('.activitybar [aria-label="TACO Tutor"]').first().click();
  }

  /** The tutor's panel, once it is drawn. */
  async panel() {
    return until("the panel", () => this.frame("#question"));
  }

  /** The frame of this window that holds an element. */
  async frame(selector) {
    for (const frame of this.page.frames()) {
      if (
        await frame
          .locator(selector)
          .count()
          .catch(() => 0)
      )
        return frame;
    }
    return undefined;
  }

  /** Put a text in place of what the editor shows. */
  async type(text) {
    await this.page.locator(".editor-instance .view-lines").first().click();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(text);
  }

  /** What the editor shows, as far as it is in view. */
  async text() {
    const lines = await this.page.locator(".editor-instance .view-lines").first().textContent();
    return lines.replaceAll("\u00a0", " ");
  }

  async save() {
    await this.page.keyboard.press("Control+S");
  }

  async picture(name) {
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }
}

/** The student's journey: the server's page, shown in a tab in the colours of the theme. */

import {
  ColorThemeKind,
  commands,
  Disposable,
  type ExtensionContext,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import { command } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { themed } from "./theme";

const TYPE = "taco.journey";

export interface Journeys {
  /** Show a page that the server wrote. */
  show(page: Uri): Promise<void>;
}

export function registerJourney(
  context: ExtensionContext,
  server: Server,
  situation: Situation,
): Journeys & Disposable {
  let panel: WebviewPanel | undefined;
  let html = "";

  function draw(): void {
    if (panel) panel.webview.html = themed(html, isDark());
  }

  async function show(page: Uri): Promise<void> {
    html = new TextDecoder().decode(await workspace.fs.readFile(page));
    panel ??= makePanel();
    draw();
    panel.reveal(undefined, false);
    void commands.executeCommand("setContext", "taco.hasLookedBack", true);
  }

  function makePanel(): WebviewPanel {
    const made = window.createWebviewPanel(TYPE, "My Journey", ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [],
    });
    made.iconPath = Uri.joinPath(context.extensionUri, "media", "taco.svg");
    made.onDidDispose(() => {
      panel = undefined;
    });
    return made;
  }

  async function request(): Promise<void> {
    const folder = context.storageUri ?? context.globalStorageUri;
    await workspace.fs.createDirectory(folder);
    const path = Uri.joinPath(folder, "journey.html").fsPath;
    const about = situation.seat ? situation.here : {};
    // The server has the page opened, which comes back to `show`.
    await server.call("taco/journey/report", { ...about, path });
  }

  const parts = Disposable.from(
    command("tacoTutor.journey", request),
    window.onDidChangeActiveColorTheme(draw),
    new Disposable(() => panel?.dispose()),
  );
  return { show, dispose: () => parts.dispose() };
}

function isDark(): boolean {
  const { kind } = window.activeColorTheme;
  return kind === ColorThemeKind.Dark || kind === ColorThemeKind.HighContrast;
}

/** Mends the server for the student, and offers to where the panel, which offers it too, is out of sight. */

import { homedir } from "node:os";
import { commands, type Disposable, type Terminal, window } from "vscode";
import { type Advice, LABELS, type Remedy } from "./advice";
import { findProgram } from "./command";
import type { Server } from "./server";

const PROMPT_MS = 3_000;

/** Say what is wrong when the server cannot run, unless `isSeen` tells that the student sees it already. */
export function registerRepair(server: Server, isSeen: () => boolean): Disposable {
  let shown = 0;

  async function offer({ problem, remedies }: Advice): Promise<void> {
    shown++;
    const chosen = await window.showErrorMessage(problem, ...remedies.map((remedy) => LABELS[remedy]));
    shown--;
    const remedy = remedies.find((each) => LABELS[each] === chosen);
    if (remedy) await mend(remedy);
  }

  return server.onDidChange(({ phase, advice }) => {
    if (phase === "failed" && advice && !isSeen()) void offer(advice);
    // VS Code cannot take one message back; what is hidden can still be read behind the bell.
    if (phase === "running" && shown > 0) void commands.executeCommand("notifications.hideToasts");
  });
}

export async function mend(remedy: Remedy): Promise<void> {
  switch (remedy) {
    case "install":
      return openTerminal("install");
    case "update":
      return openTerminal("upgrade");
    case "choose":
      return commands.executeCommand("workbench.action.openSettings", "taco.server.path");
    case "again":
      return commands.executeCommand("tacoTutor.restart");
    case "log":
      return commands.executeCommand("tacoTutor.showLog");
  }
}

/** A terminal with the command typed in; the student reads it and presses Enter. */
async function openTerminal(what: "install" | "upgrade"): Promise<void> {
  const line = await installCommand(what);
  const terminal = window.createTerminal({ name: "TACO", cwd: homedir() });
  terminal.show();
  await prompt(terminal);
  terminal.sendText(line, false);
}

/** Wait until the shell asks for a command: what comes earlier is shown twice. Not every shell tells. */
function prompt(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const listener = window.onDidChangeTerminalShellIntegration((event) => {
      if (event.terminal === terminal) done();
    });
    const timer = setTimeout(done, PROMPT_MS);
    function done(): void {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    }
  });
}

async function installCommand(what: "install" | "upgrade"): Promise<string> {
  if (await findProgram("uv", process.env)) return `uv tool ${what} taco-lsp`;
  if (await findProgram("pipx", process.env)) return `pipx ${what} taco-lsp`;
  // Windows' own PowerShell does not know `&&`.
  if (process.platform === "win32") return `py -m pip install --user uv; py -m uv tool ${what} taco-lsp`;
  return `python3 -m pip install --user uv && python3 -m uv tool ${what} taco-lsp`;
}

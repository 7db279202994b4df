/** Says what is wrong with the server, with buttons that mend it. */

import { homedir } from "node:os";
import { commands, window } from "vscode";
import { findProgram } from "./command";
import type { Trouble } from "./probe";

const INSTALL = "Install in a Terminal";
const UPDATE = "Update in a Terminal";
const SETTING = "Choose the Program";
const AGAIN = "Try Again";
const LOG = "Show Log";

interface Advice {
  readonly text: string;
  readonly buttons: readonly string[];
}

/** What to tell the student, and what they can do. */
export function adviceFor(trouble: Trouble, wanted: string): Advice {
  switch (trouble.kind) {
    case "missing":
      return { text: "The tutor's server is not installed yet.", buttons: [INSTALL, SETTING, AGAIN] };
    case "notFound":
      return {
        text: `The setting “taco.server.path” names a program that is not there: ${trouble.program}`,
        buttons: [SETTING, INSTALL, AGAIN],
      };
    case "broken":
      return {
        text: `This program is not the tutor's server, or cannot start: ${trouble.program}`,
        buttons: [SETTING, INSTALL, LOG, AGAIN],
      };
    case "wrongVersion":
      return {
        text: `The tutor's server is version ${trouble.version}; this extension needs ${wanted.replace(/\.\d+$/, "")}.`,
        buttons: [UPDATE, SETTING, AGAIN],
      };
  }
}

/** Show the message until the student has chosen, and do what they chose. */
export async function offerRepair(trouble: Trouble, wanted: string): Promise<void> {
  const advice = adviceFor(trouble, wanted);
  const chosen = await window.showErrorMessage(advice.text, ...advice.buttons);
  if (chosen === INSTALL) await openTerminal("install");
  if (chosen === UPDATE) await openTerminal("upgrade");
  if (chosen === SETTING) await commands.executeCommand("workbench.action.openSettings", "taco.server.path");
  if (chosen === LOG) await commands.executeCommand("tacoTutor.showLog");
  if (chosen === AGAIN) await commands.executeCommand("tacoTutor.restart");
}

/** The server keeps stopping. */
export async function offerRestart(text: string): Promise<void> {
  const chosen = await window.showErrorMessage(text, AGAIN, LOG);
  if (chosen === AGAIN) await commands.executeCommand("tacoTutor.restart");
  if (chosen === LOG) await commands.executeCommand("tacoTutor.showLog");
}

/** A terminal with the command typed in; the student reads it and presses Enter. */
async function openTerminal(what: "install" | "upgrade"): Promise<void> {
  const terminal = window.createTerminal({ name: "TACO", cwd: homedir() });
  terminal.show();
  terminal.sendText(await installCommand(what), false);
}

async function installCommand(what: "install" | "upgrade"): Promise<string> {
  if (await findProgram("uv", process.env)) return `uv tool ${what} taco-lsp`;
  if (await findProgram("pipx", process.env)) return `pipx ${what} taco-lsp`;
  const python = process.platform === "win32" ? "py" : "python3";
  return `${python} -m pip install --user uv && ${python} -m uv tool ${what} taco-lsp`;
}

/** Nothing of a folder is run before the student trusts the folder. The tutor answers all the same. */

import { commands, window, workspace } from "vscode";

const MANAGE = "Manage Trust";

/** Whether programs of this workspace may run; tells the student when not. */
export async function mayRun(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const text = "Programs are not run in a folder that you have not trusted. The tutor still answers.";
  void window.showWarningMessage(text, MANAGE).then((chosen) => {
    if (chosen === MANAGE) void commands.executeCommand("workbench.trust.manage");
  });
  return false;
}

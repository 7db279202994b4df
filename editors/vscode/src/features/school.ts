/** The student's account at a school, and syncing with it. */

import { Disposable, ProgressLocation, window } from "vscode";
import type { SyncStatus } from "../protocol";
import { command } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";

export function registerSchool(server: Server, situation: Situation): Disposable {
  async function signIn(): Promise<void> {
    const email = await window.showInputBox({ title: "Sign in to your school", prompt: "Your e-mail address" });
    if (!email) return;
    const prompt = "Your password";
    const password = await window.showInputBox({ title: "Sign in to your school", prompt, password: true });
    if (password === undefined) return;
    const state = await server.call("taco/account/signIn", { email, ...(password ? { password } : {}) });
    void window.showInformationMessage(`You are signed in${state.organization ? ` at ${state.organization}` : ""}.`);
    await situation.refresh();
  }

  async function signOut(): Promise<void> {
    await server.call("taco/account/signOut", {});
    await situation.refresh();
  }

  async function syncNow(): Promise<void> {
    const options = { location: ProgressLocation.Window, title: "Syncing with your school" };
    const status = await window.withProgress(options, () => server.call("taco/sync/now", {}));
    window.setStatusBarMessage(syncWords(status), 5000);
    await situation.refresh();
  }

  return Disposable.from(
    command("tacoTutor.signIn", signIn),
    command("tacoTutor.signOut", signOut),
    command("tacoTutor.syncNow", syncNow),
  );
}

/** How syncing stands, in words; empty where there is no school. */
export function syncWords(sync: SyncStatus | undefined): string {
  switch (sync?.state) {
    case "signedOut":
      return "not signed in";
    case "syncing":
      return "syncing";
    case "waiting":
      return "not synced";
    case "idle":
      return sync.unsent > 0 ? `${sync.unsent} to sync` : "synced";
    default:
      return "";
  }
}

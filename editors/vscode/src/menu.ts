/** What can be done now, as a list behind the status bar. */

import { commands, QuickPickItemKind, window, workspace } from "vscode";
import type { Subject } from "./documents";
import { command } from "./say";
import type { Server } from "./server/server";
import type { Situation } from "./situation";

interface Choice {
  readonly label: string;
  readonly command: string;
  readonly isUseful: boolean;
}

export function registerMenu(server: Server, subject: Subject, situation: Situation) {
  return command("tacoTutor.menu", async () => {
    const hasProgram = subject.document !== undefined;
    const asks = hasProgram && situation.tutorIsOn;
    const hasTests = situation.seat?.tests ?? false;
    const isPaused = situation.current?.pausedSince !== undefined;
    const school = situation.current?.sync?.state ?? "off";
    const isSignedIn = school !== "off" && school !== "signedOut";
    const choices: (Choice | undefined)[] = [
      { label: "$(lightbulb) Give Me a Hint", command: "tacoTutor.hint", isUseful: asks },
      { label: "$(comment) Ask About My Code", command: "tacoTutor.ask", isUseful: asks },
      { label: "$(question) Explain the Error or Selection", command: "tacoTutor.explain", isUseful: asks },
      { label: "$(checklist) Review My Code", command: "tacoTutor.review", isUseful: asks },
      undefined,
      { label: "$(play) Run", command: "tacoTutor.run", isUseful: hasProgram && workspace.isTrusted },
      {
        label: "$(edit) Run with Input…",
        command: "tacoTutor.runWithInput",
        isUseful: hasProgram && workspace.isTrusted,
      },
      { label: "$(beaker) Test", command: "tacoTutor.test", isUseful: hasTests && workspace.isTrusted },
      { label: "$(save) Save as My Solution", command: "tacoTutor.save", isUseful: hasProgram },
      { label: "$(history) Saved Versions…", command: "tacoTutor.history", isUseful: hasProgram },
      undefined,
      { label: "$(book) Open a Challenge…", command: "tacoTutor.openChallenge", isUseful: true },
      { label: "$(milestone) Show My Journey", command: "tacoTutor.journey", isUseful: true },
      { label: "$(eye) Show What Was Recorded", command: "tacoTutor.showRecorded", isUseful: true },
      { label: "$(debug-pause) Pause Recording", command: "tacoTutor.pauseRecording", isUseful: !isPaused },
      { label: "$(record) Resume Recording", command: "tacoTutor.resumeRecording", isUseful: isPaused },
      undefined,
      { label: "$(sync) Sync with My School", command: "tacoTutor.syncNow", isUseful: isSignedIn },
      { label: "$(account) Sign In", command: "tacoTutor.signIn", isUseful: school === "signedOut" },
      { label: "$(sign-out) Sign Out", command: "tacoTutor.signOut", isUseful: isSignedIn },
      { label: "$(output) Show Log", command: "tacoTutor.showLog", isUseful: true },
      { label: "$(debug-restart) Restart the Server", command: "tacoTutor.restart", isUseful: true },
    ];
    const items = choices
      .filter((choice) => choice?.isUseful ?? true)
      .map((choice) => choice ?? { label: "", kind: QuickPickItemKind.Separator, command: "" });
    const title = server.condition.advice?.problem ?? "What would you like to do?";
    const chosen = await window.showQuickPick(items, { placeHolder: title });
    if (chosen) await commands.executeCommand(chosen.command);
  });
}

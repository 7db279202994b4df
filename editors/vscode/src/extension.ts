/** Puts the parts together when VS Code activates the extension. */

import { type ExtensionContext, workspace } from "vscode";
import { Subject } from "./documents";
import { doors } from "./doors";
import { registerMenu } from "./menu";
import { command } from "./say";
import { registerRepair } from "./server/repair";
import { Server } from "./server/server";
import { Situation } from "./situation";
import { registerStatus } from "./status";
import { registerAsking } from "./tutor/commands";
import { Panel } from "./tutor/panel";
import { Tutor } from "./tutor/tutor";
import { ChallengeList } from "./features/challenge-list";
import { registerChallenges } from "./features/challenges";
import { registerJourney } from "./features/journey";
import { registerNotes } from "./features/notes";
import { registerOwnData } from "./features/own";
import { registerRunning } from "./features/run";
import { registerSchool } from "./features/school";
import { registerSolutions } from "./features/solution";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const made = new Server(context);
  server = made;
  const subject = new Subject();
  const situation = new Situation(made, subject);
  const tutor = new Tutor(made, subject, situation);
  const challenges = new ChallengeList(made, situation);
  const panel = new Panel(context.extensionUri, made, subject, situation, tutor, challenges);
  const asking = registerAsking(subject, tutor, panel);
  const running = registerRunning(made, subject, situation);
  const solutions = registerSolutions(made, subject);
  const journeys = registerJourney(context, made, situation);
  const notes = registerNotes(made);
  made.connect({
    middleware: doors({ asking, running, solutions, journeys, notes }),
    listeners: {
      "taco/session/didChange": () => situation.refreshSoon(),
      "taco/sync/didChange": () => situation.refreshSoon(),
    },
  });
  context.subscriptions.push(
    ...[made, subject, situation, tutor, challenges, panel, asking, running, solutions, journeys],
    registerRepair(made, () => panel.isVisible),
    registerChallenges(made, situation, challenges, () => panel.reveal()),
    registerOwnData(made, situation),
    registerSchool(made, situation),
    registerStatus(made, situation, tutor),
    registerMenu(made, subject, situation),
    command("tacoTutor.restart", () => made.restart()),
    command("tacoTutor.showLog", async () => made.log.show()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("taco")) void made.restart();
    }),
  );
  void made.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

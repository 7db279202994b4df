/** The commands that ask the tutor. */

import { Disposable, window } from "vscode";
import type { Subject } from "../documents";
import type { AskParams } from "../protocol";
import { command } from "../say";
import type { Panel } from "./panel";
import type { Tutor } from "./tutor";

const BUSY = "The tutor is still answering. Stop the answer first, or wait.";
const NO_PROGRAM = "Open your program first: the tutor answers about the file you are working on.";

export interface Asking {
  /** Ask with params of the protocol, as a lens or a code action brings them. */
  send(params: AskParams): Promise<void>;
  /** Have the student write a question. */
  write(): Promise<void>;
}

export function registerAsking(subject: Subject, tutor: Tutor, panel: Panel): Asking & Disposable {
  async function send(params: AskParams): Promise<void> {
    if (tutor.isBusy) {
      void window.showWarningMessage(BUSY);
      return;
    }
    await panel.reveal();
    await tutor.ask(params);
  }

  async function about(more: Omit<AskParams, "textDocument">): Promise<void> {
    const { document } = subject;
    if (document) await send({ textDocument: { uri: document.uri.toString() }, ...more });
    else void window.showInformationMessage(NO_PROGRAM);
  }

  const here = () => (subject.selection ? { range: subject.selection } : {});
  const commands = Disposable.from(
    command("tacoTutor.ask", (question?: string) =>
      question ? about({ kind: "question", question, ...here() }) : panel.focus(),
    ),
    command("tacoTutor.hint", () => about({ kind: "hint" })),
    command("tacoTutor.explain", () => about({ kind: "explain", ...here() })),
    command("tacoTutor.review", () => about({ kind: "review" })),
    command("tacoTutor.stop", async () => tutor.stop()),
  );
  return { send, write: () => panel.focus(), dispose: () => commands.dispose() };
}

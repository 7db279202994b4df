/** Runs the student's program, or the challenge's tests on it, when they ask for it, and shows what came of it. */

import { commands, Disposable, ProgressLocation, type TextDocument, window, workspace } from "vscode";
import type { Subject } from "../documents";
import type { RunParams, RunTestsParams, Verbs } from "../protocol";
import { command } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { TextTerminal } from "./terminal";
import { escaped, report, testReport, unescaped } from "./text";
import { mayRun } from "./trust";

const NO_PROGRAM = "Open the program you want to run first.";

export interface Running {
  /** Run with params of the protocol, as a lens or a code action brings them. */
  send(params: RunParams): Promise<void>;
  /** Run the tests, likewise. */
  test(params: RunTestsParams): Promise<void>;
}

export function registerRunning(server: Server, subject: Subject, situation: Situation): Running & Disposable {
  const output = new TextTerminal("TACO Run");
  const inputs = new Map<string, string>(); // by program: what it read last

  async function send(params: RunParams): Promise<void> {
    if (!(await mayRun())) return;
    const stdin = params.stdin ?? inputs.get(params.textDocument.uri);
    const result = await start("Running your program", "taco/run", { ...params, ...(stdin ? { stdin } : {}) });
    output.show(report(result, stdin ?? ""));
    void commands.executeCommand("setContext", "taco.hasRun", true);
    void situation.refresh();
  }

  async function test(params: RunTestsParams): Promise<void> {
    if (!(await mayRun())) return;
    output.show(testReport(await start("Running the tests", "taco/test", params)));
    void situation.refresh();
  }

  function start<V extends "taco/run" | "taco/test">(
    title: string,
    verb: V,
    params: Verbs[V]["params"],
  ): Promise<Verbs[V]["result"]> {
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    const work = { ...params, workDoneToken: "taco-vscode-run" }; // we show the progress, not the client
    return Promise.resolve(window.withProgress(options, (_progress, token) => server.call(verb, work, { token })));
  }

  async function withInput(): Promise<void> {
    const document = programOf(subject);
    if (!document || !(await mayRun())) return;
    const uri = document.uri.toString();
    const typed = await window.showInputBox({
      title: `Input for ${workspace.asRelativePath(document.uri)}`,
      prompt: "What the program reads. \\n starts a new line.",
      value: escaped(inputs.get(uri) ?? ""),
      ignoreFocusOut: true,
    });
    if (typed === undefined) return;
    inputs.set(uri, unescaped(typed));
    await send({ textDocument: { uri } });
  }

  async function here(work: (params: RunTestsParams) => Promise<void>): Promise<void> {
    const document = programOf(subject);
    if (document) await work({ textDocument: { uri: document.uri.toString() } });
  }

  const parts = Disposable.from(
    output,
    command("tacoTutor.run", () => here(send)),
    command("tacoTutor.test", () => here(test)),
    command("tacoTutor.runWithInput", withInput),
    command("tacoTutor.showOutput", async () => output.reveal()),
  );
  return { send, test, dispose: () => parts.dispose() };
}

function programOf(subject: Subject): TextDocument | undefined {
  if (!subject.document) void window.showInformationMessage(NO_PROGRAM);
  return subject.document;
}

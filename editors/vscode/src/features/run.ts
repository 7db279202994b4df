/** Runs the student's program when they ask for it, and shows what it did. */

import { commands, Disposable, ProgressLocation, type TextDocument, window, workspace } from "vscode";
import type { Subject } from "../documents";
import type { RunParams, RunResult } from "../protocol";
import { command } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { TextTerminal } from "./terminal";
import { escaped, report, unescaped } from "./text";
import { mayRun } from "./trust";

const NO_PROGRAM = "Open the program you want to run first.";

export interface Running {
  /** Run with params of the protocol, as a lens or a code action brings them. */
  send(params: RunParams): Promise<RunResult | undefined>;
}

export function registerRunning(server: Server, subject: Subject, situation: Situation): Running & Disposable {
  const output = new TextTerminal("TACO Run");
  const inputs = new Map<string, string>(); // by program: what it read last

  async function send(params: RunParams): Promise<RunResult | undefined> {
    if (!(await mayRun())) return undefined;
    const stdin = params.stdin ?? inputs.get(params.textDocument.uri);
    const result = await start({ ...params, ...(stdin ? { stdin } : {}) });
    output.show(report(result, stdin ?? ""));
    void commands.executeCommand("setContext", "taco.hasRun", true);
    void situation.refresh();
    return result;
  }

  function start(params: RunParams): Promise<RunResult> {
    const options = { location: ProgressLocation.Notification, title: "Running your program", cancellable: true };
    const work = { ...params, workDoneToken: "taco-vscode-run" }; // we show the progress, not the client
    return Promise.resolve(
      window.withProgress(options, (_progress, token) => server.call("taco/run", work, { token })),
    );
  }

  async function withInput(): Promise<unknown> {
    const document = programOf(subject);
    if (!document || !(await mayRun())) return undefined;
    const uri = document.uri.toString();
    const typed = await window.showInputBox({
      title: `Input for ${workspace.asRelativePath(document.uri)}`,
      prompt: "What the program reads. \\n starts a new line.",
      value: escaped(inputs.get(uri) ?? ""),
      ignoreFocusOut: true,
    });
    if (typed === undefined) return undefined;
    inputs.set(uri, unescaped(typed));
    return send({ textDocument: { uri } });
  }

  async function run(): Promise<unknown> {
    const document = programOf(subject);
    return document && send({ textDocument: { uri: document.uri.toString() } });
  }

  const parts = Disposable.from(
    output,
    command("tacoTutor.run", run),
    command("tacoTutor.runWithInput", withInput),
    command("tacoTutor.showOutput", async () => output.reveal()),
  );
  return { send, dispose: () => parts.dispose() };
}

function programOf(subject: Subject): TextDocument | undefined {
  if (!subject.document) void window.showInformationMessage(NO_PROGRAM);
  return subject.document;
}

/** One connection to the server: how its process is started, and what it is told. Decides nothing about restarting. */

import { homedir } from "node:os";
import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { DOCUMENTS } from "../documents";
import type { Notifications } from "../protocol";
import type { Command } from "./command";

/** Leaves restarting, and what is said about it, to `server`. */
const QUIET: ErrorHandler = {
  error: (_error, _message, count) => ({
    action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    handled: true,
  }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
};

/** What the rest of the extension has to say about the connection. */
export interface Hooks {
  readonly middleware: Middleware;
  readonly listeners: Listeners;
}

type Listeners = { [N in keyof Notifications]?: (news: Notifications[N]) => void };

export interface Connection {
  readonly hooks: Hooks;
  readonly log: LogOutputChannel;
  /** What the server is told of the settings. */
  readonly options: Record<string, unknown>;
  /** Called when the server is gone after it had been running. */
  readonly onBroken: () => void;
}

/** A client that has not been started. */
export function makeClient(command: Command, { hooks, log, options, onBroken }: Connection): LanguageClient {
  const clientOptions: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    initializationOptions: options,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: hooks.middleware,
    errorHandler: QUIET,
    initializationFailedHandler: () => false,
  };
  // Not in the student's folder, as `probe` explains.
  const start = { command: command.program, args: [...command.args], options: { cwd: homedir() } };
  const client = new LanguageClient("taco", "TACO Tutor", start, clientOptions);
  for (const [name, listener] of Object.entries(hooks.listeners)) client.onNotification(name, listener);
  client.onDidChangeState(({ oldState, newState }) => {
    if (oldState === State.Running && newState === State.Stopped) onBroken();
  });
  return client;
}

/** Failures in plain words. */

import { commands, window } from "vscode";
import { ConnectionError, ResponseError } from "vscode-languageclient/node";
import { ERROR_CODES, type ErrorData } from "./protocol";
import { NoServer } from "./server/server";

const LOST = "The tutor's server stopped before it had answered. Please try again.";

/** What went wrong and what to do next, for the student. */
export function textOf(error: unknown): string {
  if (error instanceof NoServer) return error.message;
  const data = error instanceof ResponseError ? (error.data as Partial<ErrorData> | undefined) : undefined;
  // Only the server's own errors have a kind; the others come from a connection that broke.
  if (data?.kind) return [(error as Error).message, data.hint].filter(Boolean).join(" ");
  return error instanceof ResponseError || error instanceof ConnectionError ? LOST : `Something went wrong. ${error}`;
}

/** Whether the server refused for this reason. */
export function isError(error: unknown, kind: keyof typeof ERROR_CODES): boolean {
  return error instanceof ResponseError && error.code === ERROR_CODES[kind];
}

/** Do something for the student; say it when it fails. */
export async function saying<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isError(error, "requestCancelled")) void window.showErrorMessage(textOf(error));
    return undefined;
  }
}

/** Register a command whose failures are said. */
export function command<A extends unknown[]>(name: string, work: (...args: A) => Promise<unknown>) {
  return commands.registerCommand(name, (...args: A) => saying(() => work(...args)));
}

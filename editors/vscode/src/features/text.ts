/** Runs, versions and times in words. Pure. */

import type { RunResult, SolutionRevision } from "../protocol";

const RESET = "\x1b[0m";
const RED = "\x1b[31m";
const FAINT = "\x1b[2m";
const BRIEF_MS = 10_000;

/** What a run did, for a terminal: what the program wrote, then how it ended. */
export function report(run: RunResult, stdin: string): string {
  const parts = [faint(`$ ${run.command}`)];
  if (stdin) parts.push(faint(`Input:\n${stdin.trimEnd()}`));
  if (run.stdout) parts.push(run.stdout.trimEnd() + RESET);
  if (run.stderr) parts.push(`${RED}${run.stderr.trimEnd()}${RESET}`);
  if (run.truncated) parts.push(faint("The output was long; the middle is left out."));
  parts.push(faint(ending(run)) + (run.explanation ? `\n${run.explanation}` : ""));
  return `${parts.join("\n\n")}\n`;
}

function ending(run: RunResult): string {
  const took = `after ${(run.durationMs / 1000).toFixed(1)} s`;
  if (run.timedOut) return `It ran out of time and was stopped ${took}.`;
  if (run.exitCode === undefined) return `It was stopped ${took}.`;
  return run.exitCode === 0
    ? `It ended without an error ${took}.`
    : `It failed with exit code ${run.exitCode} ${took}.`;
}

function faint(text: string): string {
  return `${FAINT}${text}${RESET}`;
}

/** A text on one line, as the student types it. */
export function escaped(text: string): string {
  return text.replace(/\n$/, "").replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** The text that was typed on one line; input ends with a line end, as it would at a keyboard. */
export function unescaped(typed: string): string {
  if (!typed) return "";
  const text = typed.replace(/\\(n|\\)/g, (_, char: string) => (char === "n" ? "\n" : "\\"));
  return text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * The versions that lasted: those that were replaced within seconds are left out, the latest never is.
 *
 * Where VS Code saves by itself, every pause of typing makes a version.
 */
export function lasting(revisions: readonly SolutionRevision[]): SolutionRevision[] {
  return revisions.filter((revision, at) => {
    const next = revisions[at + 1];
    return !next || Date.parse(next.savedAt) - Date.parse(revision.savedAt) >= BRIEF_MS;
  });
}

/** When a version was saved and how long it is. */
export function versionLabel(revision: SolutionRevision): { label: string; description: string } {
  const lines = revision.solution.split("\n").length - (revision.solution.endsWith("\n") ? 1 : 0);
  return {
    label: new Date(revision.savedAt).toLocaleString(),
    description: `${lines} ${lines === 1 ? "line" : "lines"}`,
  };
}

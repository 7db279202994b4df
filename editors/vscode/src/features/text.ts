/** Challenges, runs, versions and times in words. Pure. */

import type { ChallengeSummary, RunResult, RunTestsResult, SolutionRevision } from "../protocol";

const RESET = "\x1b[0m";
const RED = "\x1b[31m";
const GREEN = "\x1b[32m";
const FAINT = "\x1b[2m";
const BOLD = "\x1b[1m";
const BRIEF_MS = 10_000;
const MOST_NAMES = 5;

/** What a run did, for a terminal: what the program wrote, then how it ended. */
export function report(run: RunResult, stdin: string): string {
  const input = stdin ? [faint(`Input:\n${stdin.trimEnd()}`)] : [];
  return paragraphs(faint(`$ ${run.command}`), ...input, ...written(run), told(faint(ending(run)), run));
}

/** What the tests said of the student's work, for a terminal. */
export function testReport(run: RunTestsResult): string {
  return paragraphs(faint(run.command), ...written(run), told(verdict(run), run));
}

function written({ stdout, stderr, exitCode, truncated }: RunResult): string[] {
  const parts = [];
  if (stdout) parts.push(stdout.trimEnd() + RESET);
  // What a run without a failure writes there is no error.
  if (stderr) parts.push((exitCode === 0 ? "" : RED) + stderr.trimEnd() + RESET);
  if (truncated) parts.push(faint("The output was long; the middle is left out."));
  return parts;
}

function ending(run: RunResult): string {
  const took = `after ${(run.durationMs / 1000).toFixed(1)} s`;
  if (run.timedOut) return `It ran out of time and was stopped ${took}.`;
  if (run.exitCode === undefined) return `It was stopped ${took}.`;
  return run.exitCode === 0
    ? `It ended without an error ${took}.`
    : `It failed with exit code ${run.exitCode} ${took}.`;
}

function verdict(run: RunTestsResult): string {
  if (run.passed) return `${GREEN}The tests passed.${RESET}`;
  if (run.timedOut || run.exitCode === undefined) return faint(ending(run));
  const [first] = run.failed;
  const isNamed = first !== undefined && (run.explanation?.includes(first) ?? false); // in the next line
  return `${RED}The tests did not pass${first && !isNamed ? `: ${namesOf(run.failed)}` : ""}.${RESET}`;
}

function namesOf(tests: readonly string[]): string {
  const more = tests.length > MOST_NAMES ? ` and ${tests.length - MOST_NAMES} more` : "";
  return tests.slice(0, MOST_NAMES).join(", ") + more;
}

/** How it ended, with the one sentence that explains a failure. */
function told(end: string, { explanation }: RunResult): string {
  return explanation ? `${end}\n${plain(explanation)}` : end;
}

function paragraphs(...parts: string[]): string {
  return `${parts.join("\n\n")}\n`;
}

/** Markdown's `code` in bold, as a terminal shows what stands out. */
function plain(markdown: string): string {
  return markdown.replace(/`([^`\n]+)`/g, `${BOLD}$1${RESET}`);
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

type Titled = Pick<ChallengeSummary, "title" | "statement">;

/** Whether the server made the challenge of a program that belonged to none: there is nothing to do but what the student wants. */
export function isOwnProgram({ title, statement }: Titled): boolean {
  return statement === `Practice: ${title}`;
}

/** The teachers' challenges, then the student's own programs, each in the order they came. */
export function inOrder<C extends Titled>(challenges: readonly C[]): C[] {
  return [...challenges.filter((each) => !isOwnProgram(each)), ...challenges.filter(isOwnProgram)];
}

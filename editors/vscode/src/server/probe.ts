/** Asks a program for its version before it is trusted to be the server. */

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import type { Trouble } from "./advice";
import type { Command } from "./command";

const ANSWER_MS = 60_000; // a first start on an old machine
const DOWNLOAD_MS = 180_000;

/** Undefined when the program is a server that this extension can work with. */
export async function troubleWith(command: Command, wanted: string): Promise<Trouble | undefined> {
  const { program } = command;
  const said = await ask(command);
  if ("missing" in said) return { kind: "notFound", program };
  const version = /^taco-lsp (\d+\.\d+\.\d+\S*)/.exec(said.output)?.[1];
  if (!version) return { kind: "broken", program, detail: said.output.trim() };
  return isCompatible(version, wanted) ? undefined : { kind: "wrongVersion", program, version };
}

/** The same major version; before 1.0 the same minor version. */
export function isCompatible(version: string, wanted: string): boolean {
  const [major, minor] = version.split(".");
  const [wantedMajor, wantedMinor] = wanted.split(".");
  return major === wantedMajor && (major !== "0" || minor === wantedMinor);
}

function ask(command: Command): Promise<{ output: string } | { missing: true }> {
  // Not in the student's folder: `uvx` would read settings there, and a folder may be a stranger's.
  const options = { cwd: homedir(), timeout: command.fetched ? DOWNLOAD_MS : ANSWER_MS };
  return new Promise((resolve) => {
    execFile(command.program, [...command.args, "--version"], options, (error, stdout, stderr) => {
      const isMissing = error !== null && "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
      resolve(isMissing ? { missing: true } : { output: stdout || stderr });
    });
  });
}

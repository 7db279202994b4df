/**
 * Finds the program that is the server. Starts nothing.
 *
 * In this order: the setting, one that came with the extension, `taco-lsp` on the path, `uvx`, which fetches it.
 */

import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Whether it may have to be downloaded first. */
  readonly fetched: boolean;
}

export interface Places {
  /** The value of `taco.server.path`, perhaps empty. */
  readonly setting: string;
  readonly extensionPath: string;
  readonly environ: NodeJS.ProcessEnv;
}

const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** The command to start the server with, or undefined when there is none. A setting is taken at its word. */
export async function findServer(places: Places): Promise<Command | undefined> {
  if (places.setting) return { program: withHome(places.setting), args: [], fetched: false };
  const bundled = join(places.extensionPath, "bundled", "bin", `taco-lsp${SUFFIX}`);
  const installed = (await isProgram(bundled)) ? bundled : await findProgram("taco-lsp", places.environ);
  if (installed) return { program: installed, args: [], fetched: false };
  const uvx = await findProgram("uvx", places.environ);
  return uvx ? { program: uvx, args: ["--from", "taco-lsp", "taco-lsp"], fetched: true } : undefined;
}

/** The absolute path of a program, or undefined. */
export async function findProgram(name: string, environ: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of foldersOf(environ)) {
    const file = join(folder, name + SUFFIX);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** Folders of the path; a relative one would let the student's folder choose the program. */
function foldersOf(environ: NodeJS.ProcessEnv): string[] {
  const path = environ.PATH ?? environ.Path ?? "";
  // Where uv and pipx install; a VS Code that was not started in a terminal may not have it on its path.
  return [...path.split(delimiter).filter(isAbsolute), join(homedir(), ".local", "bin")];
}

function withHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

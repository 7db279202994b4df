/** The server's settings as the student set them here: what is not set here is left to the server's other sources. */

import { type ConfigurationScope, workspace } from "vscode";

const SECTION = "taco";

/** Settings of the extension itself, not of the server. */
export const SERVER_PATH = "server.path";

/** Values that were set in VS Code, by the server's own keys, such as `run.timeout_s`. */
export function initializationOptions(keys: readonly string[]): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION);
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const set = configuration.inspect(key);
    const value = set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue;
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** The keys of the server's settings among the properties of the manifest. */
export function serverKeys(manifest: Manifest): string[] {
  const declared = manifest.contributes.configuration.flatMap((part) => Object.keys(part.properties));
  return declared.map((name) => name.slice(SECTION.length + 1)).filter((key) => key !== SERVER_PATH);
}

/** The program named by the student, perhaps empty. A workspace cannot set it: its scope is `machine`. */
export function serverPath(scope?: ConfigurationScope): string {
  return workspace.getConfiguration(SECTION, scope).get<string>(SERVER_PATH, "").trim();
}

export interface Manifest {
  readonly version: string;
  readonly contributes: { readonly configuration: readonly { readonly properties: Record<string, unknown> }[] };
}

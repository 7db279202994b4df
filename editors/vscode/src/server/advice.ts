/** What is wrong with the server in the student's words, and what mends it. Pure. */

/** Why there is no server to start. */
export type Trouble =
  | { readonly kind: "missing" }
  | { readonly kind: "notFound"; readonly program: string }
  | { readonly kind: "broken"; readonly program: string; readonly detail: string }
  | { readonly kind: "wrongVersion"; readonly program: string; readonly version: string };

/** What mends it; `repair` does it. */
export type Remedy = "install" | "update" | "choose" | "again" | "log";

/** What is written on the buttons. */
export const LABELS: Readonly<Record<Remedy, string>> = {
  install: "Install in a Terminal",
  update: "Update in a Terminal",
  choose: "Choose the Program",
  again: "Try Again",
  log: "Show Log",
};

export interface Advice {
  readonly problem: string;
  /** The best one first. */
  readonly remedies: readonly Remedy[];
}

export const SILENT: Advice = { problem: "The tutor's server does not answer.", remedies: ["again", "log"] };

export const KEEPS_STOPPING: Advice = {
  problem: "The tutor's server keeps stopping. What was recorded is safe, and nothing you wrote is lost.",
  remedies: ["again", "log"],
};

/** What to tell the student about a server that cannot be started; `wanted` is the extension's version. */
export function adviceFor(trouble: Trouble, wanted: string): Advice {
  switch (trouble.kind) {
    case "missing":
      return { problem: "The tutor's server is not installed yet.", remedies: ["install", "choose", "again"] };
    case "notFound":
      return {
        problem: `The setting “taco.server.path” names a program that is not there: ${trouble.program}`,
        remedies: ["choose", "install", "again"],
      };
    case "broken":
      return {
        problem: `This program is not the tutor's server, or cannot start: ${trouble.program}`,
        remedies: ["choose", "install", "log", "again"],
      };
    case "wrongVersion":
      return {
        problem: `The tutor's server is version ${trouble.version}; this extension needs ${wanted.replace(/\.\d+$/, "")}.`,
        remedies: ["update", "choose", "again"],
      };
  }
}

/** Takes what the server's lenses, code actions and requests would do in a plain editor into our own panel and views. */

import { Uri } from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import {
  type AskParams,
  COMMANDS,
  type NoteListParams,
  type RunParams,
  type RunTestsParams,
  type SaveParams,
} from "./protocol";
import { saying } from "./say";
import { showFile } from "./show";
import type { Asking } from "./tutor/commands";
import type { Journeys } from "./features/journey";
import type { Notes } from "./features/notes";
import type { Running } from "./features/run";
import type { Solutions } from "./features/solution";

const PAGE = /\.html?$/i;

export interface Parts {
  readonly asking: Asking;
  readonly running: Running;
  readonly solutions: Solutions;
  readonly journeys: Journeys;
  readonly notes: Notes;
}

export function doors({ asking, running, solutions, journeys, notes }: Parts): Middleware {
  const ours = new Map<string, (params: never) => Promise<unknown>>([
    [COMMANDS["taco/ask"], (params: AskParams) => asking.send(params)],
    [COMMANDS["taco/conversation/open"], () => asking.write()],
    [COMMANDS["taco/run"], (params: RunParams) => running.send(params)],
    [COMMANDS["taco/test"], (params: RunTestsParams) => running.test(params)],
    [COMMANDS["taco/solution/save"], (params: SaveParams) => solutions.save(params)],
    [COMMANDS["taco/solution/history"], (params: SaveParams) => solutions.history(params)],
    [COMMANDS["taco/note/list"], (params: NoteListParams) => notes.list(params)],
  ]);
  return {
    executeCommand: (command, args, next) => {
      const work = ours.get(command);
      return work ? saying(() => work(args[0] as never)) : next(command, args);
    },
    window: {
      showDocument: async (params, token, next) => {
        const uri = Uri.parse(params.uri);
        if (params.external && !PAGE.test(params.uri)) return next(params, token);
        const shown = params.external ? journeys.show(uri) : showFile(uri, { preserveFocus: !params.takeFocus });
        return shown.then(
          () => ({ success: true }),
          () => ({ success: false }),
        );
      },
    },
  };
}

/** Saved versions of the student's work: save, list, bring back. */

import {
  Disposable,
  type QuickPickItem,
  Range,
  type TextDocument,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import type { Subject } from "../documents";
import type { SaveParams, SolutionRevision } from "../protocol";
import { command, isError } from "../say";
import type { Server } from "../server/server";
import { lasting, versionLabel } from "./text";

const BACK = "That version is back. Undo brings your text again.";
const UNRECORDED = "The file is saved. It is not recorded as a version, because nothing is being recorded.";
const NONE = "There is no saved version yet. Saving the file makes one.";

export interface Solutions {
  save(params: SaveParams): Promise<void>;
  history(params: SaveParams): Promise<void>;
}

export function registerSolutions(server: Server, subject: Subject): Solutions & Disposable {
  async function save({ textDocument }: SaveParams): Promise<void> {
    const result = await server.call("taco/solution/save", { textDocument });
    await documentOf(textDocument.uri)?.save();
    const unchanged = result.solutionId ? "Nothing has changed since the last save." : UNRECORDED;
    const text = result.revisionId ? "Saved as your solution." : unchanged;
    window.setStatusBarMessage(`$(check) ${text}`, 5000);
  }

  async function history({ textDocument }: SaveParams): Promise<void> {
    const revisions = await revisionsOf(textDocument.uri);
    if (revisions.length === 0) {
      void window.showInformationMessage(NONE);
      return;
    }
    const chosen = await choose(revisions);
    if (chosen) await bringBack(textDocument.uri, chosen);
  }

  async function revisionsOf(uri: string): Promise<SolutionRevision[]> {
    try {
      return (await server.call("taco/solution/history", { textDocument: { uri } })).revisions;
    } catch (error) {
      if (isError(error, "notFound")) return [];
      throw error;
    }
  }

  async function bringBack(uri: string, revision: SolutionRevision): Promise<void> {
    const params = { textDocument: { uri }, revisionId: revision.id };
    const result = await server.call("taco/solution/restore", params);
    const document = documentOf(uri);
    if (!result.applied && document) await replace(document, result.text);
    window.setStatusBarMessage(`$(check) ${BACK}`, 5000);
  }

  async function here(work: (params: SaveParams) => Promise<void>): Promise<void> {
    if (subject.document) await work({ textDocument: { uri: subject.document.uri.toString() } });
  }

  const commands = Disposable.from(
    command("tacoTutor.save", () => here(save)),
    command("tacoTutor.history", () => here(history)),
  );
  return { save, history, dispose: () => commands.dispose() };
}

/** Have the student choose from the versions that lasted, or from all. */
async function choose(revisions: readonly SolutionRevision[]): Promise<SolutionRevision | undefined> {
  const lasted = lasting(revisions);
  const more =
    lasted.length < revisions.length ? [{ label: `$(list-flat) Show all ${revisions.length} versions` }] : [];
  const chosen = await pick(lasted, more);
  return chosen && !chosen.revision ? (await pick(revisions))?.revision : chosen?.revision;
}

interface Choice extends QuickPickItem {
  readonly revision?: SolutionRevision;
}

async function pick(revisions: readonly SolutionRevision[], more: Choice[] = []): Promise<Choice | undefined> {
  const items = revisions.toReversed().map((revision) => ({ ...versionLabel(revision), revision }));
  const placeHolder = "Choose a version to bring back; nothing is lost";
  return window.showQuickPick<Choice>([...items, ...more], { placeHolder });
}

function documentOf(uri: string): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === Uri.parse(uri).toString());
}

async function replace(document: TextDocument, text: string): Promise<void> {
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, document.validateRange(new Range(0, 0, document.lineCount, 0)), text);
  await workspace.applyEdit(edit);
}

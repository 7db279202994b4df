/** The teacher's notes on the work at hand, as a list; choosing one goes to its line. */

import { type Diagnostic, languages, Range, Uri, window } from "vscode";
import type { Note, NoteListParams } from "../protocol";
import type { Server } from "../server/server";
import { showFile } from "../show";

const NONE = "Your teacher has not left a note here.";
/** As much of a note as its mark in the program is sure to show. */
const KNOWN_BY = 100;

export interface Notes {
  list(params: NoteListParams): Promise<void>;
}

export function registerNotes(server: Server): Notes {
  async function list(params: NoteListParams): Promise<void> {
    const { notes } = await server.call("taco/note/list", params);
    if (notes.length === 0) {
      void window.showInformationMessage(NONE);
      return;
    }
    const items = notes.toReversed().map((note) => ({ label: inOneLine(note), description: whenOf(note), note }));
    const chosen = await window.showQuickPick(items, { title: "Notes from your teacher", matchOnDescription: true });
    if (chosen && params.textDocument) await goTo(Uri.parse(params.textDocument.uri), chosen.note);
  }

  return { list };
}

/** Show the line that the note marks; one about the work as a whole marks the first. */
async function goTo(program: Uri, note: Note): Promise<void> {
  const mark = languages.getDiagnostics(program).find((diagnostic) => isMarkOf(note, diagnostic));
  await showFile(program, mark ? { selection: new Range(mark.range.start, mark.range.start) } : {});
}

function isMarkOf(note: Note, { code, message }: Diagnostic): boolean {
  return code === "note" && message.includes(inOneLine(note).slice(0, KNOWN_BY));
}

function inOneLine(note: Note): string {
  return note.text.trim().replace(/\s+/g, " ");
}

function whenOf(note: Note): string {
  return new Date(note.createdAt).toLocaleString();
}

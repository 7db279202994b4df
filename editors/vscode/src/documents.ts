/** Which documents the tutor helps with, and the one the student is working on. */

import { type Disposable, EventEmitter, type TextDocument, type TextEditor, window, workspace } from "vscode";
import type { DocumentSelector } from "vscode-languageclient/node";
import type { Range } from "./protocol";

export const LANGUAGES = ["python", "javascript", "c", "cpp", "java"];
const SCHEMES = ["file", "untitled", "vscode-vfs"];

/** Programs, and the conversation file, in which questions can be asked too. */
export const DOCUMENTS: DocumentSelector = [
  ...LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme }))),
  { scheme: "file", language: "markdown", pattern: "**/.taco/conversation.md" },
];

/** Whether a document is a program that the tutor helps with. */
export function isProgram(document: TextDocument): boolean {
  return LANGUAGES.includes(document.languageId) && SCHEMES.includes(document.uri.scheme);
}

/**
 * The program the student is working on: the one edited last, also while the panel or another file has the focus.
 *
 * `onDidChange` fires when it is another program.
 */
export class Subject implements Disposable {
  private readonly changed = new EventEmitter<TextDocument | undefined>();
  readonly onDidChange = this.changed.event;
  private last: TextDocument | undefined;
  private readonly listeners: readonly Disposable[];

  constructor() {
    this.listeners = [
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      workspace.onDidCloseTextDocument((document) => {
        if (document === this.last) this.become(undefined);
      }),
    ];
    this.follow(window.activeTextEditor);
  }

  get document(): TextDocument | undefined {
    return this.last;
  }

  /** The editor that shows the document, if one does. */
  get editor(): TextEditor | undefined {
    return window.visibleTextEditors.find((editor) => editor.document === this.document);
  }

  /** What is selected in it, as the protocol has it; undefined for nothing. */
  get selection(): Range | undefined {
    const selected = this.editor?.selection;
    if (!selected || selected.isEmpty) return undefined;
    const { start, end } = selected;
    return {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    };
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  private follow(editor: TextEditor | undefined): void {
    if (editor && isProgram(editor.document) && editor.document !== this.last) this.become(editor.document);
  }

  private become(document: TextDocument | undefined): void {
    this.last = document;
    this.changed.fire(document);
  }
}

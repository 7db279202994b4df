/**
 * A terminal that shows texts and runs nothing.
 *
 * The student's program ran in the server; here its output keeps the colours it wrote.
 */

import { type Disposable, EventEmitter, type Pseudoterminal, type Terminal, ThemeIcon, window } from "vscode";

const CLEAR = "\x1b[2J\x1b[3J\x1b[H\x1b[0m";

export class TextTerminal implements Disposable {
  private terminal: Terminal | undefined;
  private readonly writes = new EventEmitter<string>();
  private readonly listener: Disposable;
  private text = "";
  private isOpen = false;

  constructor(private readonly name: string) {
    this.listener = window.onDidCloseTerminal((closed) => {
      if (closed === this.terminal) this.forget();
    });
  }

  /** Put a text in place of what is there, and show it; the student goes on typing where they are. */
  show(text: string): void {
    this.text = text;
    this.terminal ??= this.make();
    if (this.isOpen) this.write();
    this.reveal();
  }

  /** Show what was there last. */
  reveal(): void {
    this.terminal?.show(true);
  }

  dispose(): void {
    this.listener.dispose();
    this.terminal?.dispose();
    this.writes.dispose();
  }

  private make(): Terminal {
    const pty: Pseudoterminal = {
      onDidWrite: this.writes.event,
      open: () => {
        this.isOpen = true;
        this.write();
      },
      close: () => this.forget(),
    };
    return window.createTerminal({ name: this.name, pty, iconPath: new ThemeIcon("play") });
  }

  private write(): void {
    this.writes.fire(CLEAR + this.text.replace(/\r?\n/g, "\r\n"));
  }

  private forget(): void {
    this.terminal = undefined;
    this.isOpen = false;
  }
}

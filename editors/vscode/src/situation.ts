/**
 * What the server says of the program the student is working on: challenge, hint ladder, policy, recording.
 *
 * Asks again after whatever may have changed it. Also keeps the context keys by which commands are offered and steps of
 * the walkthrough are ticked off; what is done without a command of the palette would not be noticed otherwise.
 */

import { commands, type Disposable, EventEmitter, type Uri, workspace } from "vscode";
import type { Subject } from "./documents";
import type { SeatStatus, StatusResult, TextDocument } from "./protocol";
import type { Server } from "./server/server";

const PAUSE_MS = 300;

export class Situation implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private status: StatusResult | undefined;
  private about: Uri | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: Disposable[];

  constructor(
    private readonly server: Server,
    private readonly subject: Subject,
  ) {
    this.listeners = [
      subject.onDidChange(() => this.refresh()),
      server.onDidChange(() => this.refresh()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === subject.document) this.refreshSoon();
      }),
    ];
  }

  /** The status of the server; undefined while it is not known. */
  get current(): StatusResult | undefined {
    return this.status;
  }

  /** The student's place at a challenge; undefined when the program belongs to none. */
  get seat(): SeatStatus | undefined {
    return this.about?.toString() === this.subject.document?.uri.toString() ? this.status?.seat : undefined;
  }

  /** Whether the teacher lets the tutor answer here. */
  get tutorIsOn(): boolean {
    return this.seat?.policy.enabled ?? true;
  }

  /** Params that name the program the student is working on, or nothing. */
  get here(): { textDocument?: TextDocument } {
    const { document } = this.subject;
    return document ? { textDocument: { uri: document.uri.toString() } } : {};
  }

  /** Ask the server now. A failure leaves the status unknown: whatever the student does next will say it. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const { document } = this.subject;
    const isRunning = this.server.condition.phase === "running";
    const status = isRunning ? await this.server.call("taco/status", this.here).catch(() => undefined) : undefined;
    if (document !== this.subject.document) return; // a newer call is on its way
    this.status = status;
    this.about = document?.uri;
    this.setContext();
    this.changed.fire();
  }

  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  private setContext(): void {
    const keys = {
      "taco.running": this.server.condition.phase === "running",
      "taco.failed": this.server.condition.phase === "failed",
      "taco.hasProgram": this.subject.document !== undefined,
      "taco.hasChallenge": this.seat !== undefined,
      "taco.hasTests": this.seat?.tests ?? false,
      "taco.hasHint": (this.seat?.hints.given ?? 0) > 0,
      "taco.tutorIsOn": this.tutorIsOn,
      "taco.isPaused": this.status?.pausedSince !== undefined,
      "taco.school": this.status?.sync?.state ?? "off",
    };
    for (const [key, value] of Object.entries(keys)) void commands.executeCommand("setContext", key, value);
  }
}

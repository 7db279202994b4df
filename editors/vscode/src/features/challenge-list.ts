/** The challenges the student can open, and what each asks for. Asked for anew when they may have changed. */

import { commands, type Disposable, EventEmitter } from "vscode";
import type { ChallengeSummary, Id } from "../protocol";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { inOrder, isOwnProgram } from "./text";

export class ChallengeList implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private challenges: readonly ChallengeSummary[] = [];
  private seen = "";
  private readonly listener: Disposable;

  constructor(
    private readonly server: Server,
    private readonly situation: Situation,
  ) {
    this.listener = situation.onDidChange(() => this.follow());
  }

  /** Those of the teachers first, newest first. */
  get all(): readonly ChallengeSummary[] {
    return this.challenges;
  }

  /** What a challenge asks for, in Markdown; undefined for a program of the student's own. */
  task(id: Id): string | undefined {
    const found = this.challenges.find((challenge) => challenge.id === id);
    return found && !isOwnProgram(found) ? found.statement : undefined;
  }

  /** Raises what `Server.call` does. */
  async refresh(): Promise<void> {
    this.become((await this.server.call("taco/challenge/list", {})).challenges);
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  /** Refresh when the server came or went, the student is at another challenge, or the school may have sent some. */
  private follow(): void {
    const { current, seat } = this.situation;
    const { phase } = this.server.condition;
    const wanted = [phase, seat?.challengeId, current?.sync?.syncedAt].join(" ");
    if (wanted === this.seen) return;
    this.seen = wanted;
    if (phase === "failed") this.become([]);
    // Until the next change the list stays as it was; opening one says what is wrong.
    if (phase === "running") void this.refresh().catch(() => undefined);
  }

  private become(challenges: readonly ChallengeSummary[]): void {
    this.challenges = inOrder(challenges);
    const isEmpty = challenges.length === 0 && this.server.condition.phase === "running";
    void commands.executeCommand("setContext", "taco.noChallenges", isEmpty);
    this.changed.fire();
  }
}

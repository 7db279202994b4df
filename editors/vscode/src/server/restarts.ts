/** Counts how often the server broke, to tell when to give up. Pure but for the clock it is given. */

const MOST = 3;
const WITHIN_MS = 3 * 60_000;

/** Tells after each crash whether to start the server again: at most three times in three minutes. */
export class Restarts {
  private crashes: number[] = [];

  constructor(private readonly clock: () => number = Date.now) {}

  /** The server broke; true when it may be started again. */
  mayRestart(): boolean {
    const now = this.clock();
    this.crashes = [...this.crashes.filter((at) => now - at < WITHIN_MS), now];
    return this.crashes.length <= MOST;
  }

  /** The student asked for a start. */
  forgive(): void {
    this.crashes = [];
  }
}

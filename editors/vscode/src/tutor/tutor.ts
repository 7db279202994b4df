/**
 * The conversation with the tutor: asks, streams, stops, remembers, takes feedback.
 *
 * One answer at a time. Shows nothing itself: the panel follows its events.
 */

import { CancellationTokenSource, commands, type Disposable, EventEmitter } from "vscode";
import type { Subject } from "../documents";
import type { AskParams, Id } from "../protocol";
import { isError, textOf } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { answered, asked, type Entry, ended, merged, recorded } from "./entries";

export interface Delta {
  readonly id: string;
  readonly text: string;
}

/** Something asked in this window. */
interface Asked {
  readonly params: AskParams;
  entry: Entry;
}

interface Going {
  readonly asked: Asked;
  readonly source: CancellationTokenSource;
}

export class Tutor implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly streamed = new EventEmitter<Delta>();
  readonly onDidStream = this.streamed.event;

  private here: Asked[] = [];
  private readonly records = new Map<Id, readonly Entry[]>(); // by challenge, as it was when first needed
  private readonly challenges = new Map<string, Id>(); // by program
  private going: Going | undefined;
  private count = 0;
  private readonly listener: Disposable;

  constructor(
    private readonly server: Server,
    private readonly subject: Subject,
    private readonly situation: Situation,
  ) {
    this.listener = situation.onDidChange(() => this.follow());
  }

  get isBusy(): boolean {
    return this.going !== undefined;
  }

  /** The conversation about the challenge the student is working on. */
  get entries(): readonly Entry[] {
    const uri = this.subject.document?.uri.toString();
    if (!uri) return [];
    const challenge = this.challenges.get(uri);
    const record = challenge ? (this.records.get(challenge) ?? []) : [];
    const here = this.here.filter(({ params: { textDocument } }) => this.isAbout(textDocument.uri, uri, challenge));
    return merged(
      record,
      here.map(({ entry }) => entry),
    );
  }

  /** Ask, unless an answer is still coming. A failure becomes part of the conversation. */
  async ask(params: AskParams): Promise<void> {
    if (this.going) return;
    const going = {
      asked: { params, entry: asked(`here-${++this.count}`, params) },
      source: new CancellationTokenSource(),
    };
    this.going = going;
    this.here.push(going.asked);
    this.tell();
    going.asked.entry = await this.answer(going);
    if (params.question) void commands.executeCommand("setContext", "taco.hasAsked", true);
    going.source.dispose();
    this.going = undefined;
    this.tell();
    void this.situation.refresh();
  }

  /** Ask once more what was not answered; the failed attempt goes. */
  async again(id: string): Promise<void> {
    const failed = this.here.find(({ entry }) => entry.id === id);
    if (!failed || this.going) return;
    this.here = this.here.filter((each) => each !== failed);
    await this.ask(failed.params);
  }

  /** Stop the answer. What has arrived stays, here and on record. */
  stop(): void {
    this.going?.source.cancel();
  }

  /** Tell whether an answer helped. */
  async rate(id: string, helpful: boolean): Promise<void> {
    const interactionId = this.entries.find((entry) => entry.id === id)?.interactionId;
    if (!interactionId) return;
    await this.server.call("taco/feedback", { interactionId, helpful });
    const rated = (entry: Entry) => (entry.interactionId === interactionId ? { ...entry, helpful } : entry);
    for (const each of this.here) each.entry = rated(each.entry);
    for (const [challenge, entries] of this.records) this.records.set(challenge, entries.map(rated));
    this.changed.fire();
  }

  dispose(): void {
    this.listener.dispose();
    this.going?.source.cancel();
    this.changed.dispose();
    this.streamed.dispose();
  }

  private async answer({ asked, source }: Going): Promise<Entry> {
    const onDelta = (text: string) => {
      asked.entry = { ...asked.entry, answer: asked.entry.answer + text };
      this.streamed.fire({ id: asked.entry.id, text });
    };
    try {
      return answered(asked.entry, await this.server.call("taco/ask", asked.params, { token: source.token, onDelta }));
    } catch (error) {
      const isStopped = isError(error, "requestCancelled") || source.token.isCancellationRequested;
      return isStopped ? ended(asked.entry, "stopped", "Stopped.") : ended(asked.entry, "failed", textOf(error));
    }
  }

  /** Something began or ended. */
  private tell(): void {
    void commands.executeCommand("setContext", "taco.isBusy", this.isBusy);
    this.changed.fire();
  }

  private isAbout(other: string, uri: string, challenge: Id | undefined): boolean {
    return other === uri || (challenge !== undefined && this.challenges.get(other) === challenge);
  }

  /** The student is at a challenge: read what was said about it before this window was opened. */
  private async follow(): Promise<void> {
    const uri = this.subject.document?.uri.toString();
    const challengeId = this.situation.seat?.challengeId;
    if (uri && challengeId) {
      this.challenges.set(uri, challengeId);
      if (!this.records.has(challengeId)) await this.readRecord(challengeId);
    }
    this.changed.fire();
  }

  private async readRecord(challengeId: Id): Promise<void> {
    this.records.set(challengeId, []); // it is asked for once, however often the situation changes meanwhile
    const answer = await this.server.call("taco/journey", { challengeId }).catch(() => undefined);
    if (answer) this.records.set(challengeId, recorded(answer.events, this.situation.seat?.hints.ceiling));
    else this.records.delete(challengeId);
  }
}

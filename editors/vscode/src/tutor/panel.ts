/** The tutor's side panel: shows the conversation and the hint ladder, and hands on what the student does there. */

import {
  commands,
  type Disposable,
  Uri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
  window,
  workspace,
} from "vscode";
import type { Subject } from "../documents";
import { linesIn } from "../lines";
import type { ChallengeList } from "../features/challenge-list";
import { saying } from "../say";
import { mend } from "../server/repair";
import type { Server } from "../server/server";
import type { Situation } from "../situation";
import { ladderOf } from "./ladder";
import type { FromPanel, PanelState, ToPanel } from "./messages";
import { page } from "./page";
import type { Tutor } from "./tutor";

export const VIEW = "taco.tutor";

export class Panel implements WebviewViewProvider, Disposable {
  private view: WebviewView | undefined;
  private isReady = false;
  private wantsFocus = false;
  private readonly listeners: Disposable[];

  constructor(
    private readonly extension: Uri,
    private readonly server: Server,
    private readonly subject: Subject,
    private readonly situation: Situation,
    private readonly tutor: Tutor,
    private readonly challenges: ChallengeList,
  ) {
    this.listeners = [
      window.registerWebviewViewProvider(VIEW, this),
      server.onDidChange(() => this.show()),
      subject.onDidChange(() => this.show()),
      situation.onDidChange(() => this.show()),
      tutor.onDidChange(() => this.show()),
      challenges.onDidChange(() => this.show()),
      tutor.onDidStream((delta) => this.post({ type: "delta", ...delta })),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === subject.editor) this.show();
      }),
    ];
  }

  resolveWebviewView(view: WebviewView): void {
    this.view = view;
    this.isReady = false;
    const folder = Uri.joinPath(this.extension, "dist");
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    view.webview.onDidReceiveMessage((message: FromPanel) => saying(() => this.receive(message)));
    view.onDidDispose(() => {
      this.view = undefined;
    });
    view.webview.html = page({
      script: at(view.webview, folder, "panel.js"),
      style: at(view.webview, folder, "panel.css"),
      source: view.webview.cspSource,
    });
  }

  /** Whether the student can see it. */
  get isVisible(): boolean {
    return this.view?.visible ?? false;
  }

  /** Bring the panel up; the student goes on where they are. */
  async reveal(): Promise<void> {
    if (this.view) this.view.show(true);
    else await commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
  }

  /** Bring the panel up with the cursor in the question. */
  async focus(): Promise<void> {
    this.wantsFocus = true;
    await commands.executeCommand(`${VIEW}.focus`);
    this.focusWhenReady();
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  private async receive(message: FromPanel): Promise<unknown> {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        this.show();
        return this.focusWhenReady();
      case "ask":
        return commands.executeCommand("tacoTutor.ask", message.question);
      case "kind":
        return commands.executeCommand(`tacoTutor.${message.kind}`);
      case "again":
        return this.tutor.again(message.id);
      case "feedback":
        return this.tutor.rate(message.id, message.helpful);
      case "stop":
        return this.tutor.stop();
      case "openChallenge":
        return commands.executeCommand("tacoTutor.openChallenge");
      case "mend":
        return mend(message.remedy);
    }
  }

  private focusWhenReady(): void {
    if (!this.wantsFocus || !this.isReady) return;
    this.wantsFocus = false;
    this.post({ type: "focus" });
  }

  private show(): void {
    if (this.isReady) this.post({ type: "state", state: this.state() });
  }

  private post(message: ToPanel): void {
    void this.view?.webview.postMessage(message);
  }

  private state(): PanelState {
    const { document, selection } = this.subject;
    const { seat } = this.situation;
    const ladder = seat && ladderOf(seat);
    const { phase, advice } = this.server.condition;
    const task = seat && this.challenges.task(seat.challengeId);
    return {
      phase,
      ...(advice ? { advice } : {}),
      ...(document ? { program: nameOf(document.uri) } : {}),
      ...(seat ? { challenge: seat.challengeTitle } : {}),
      ...(task ? { task } : {}),
      ...(ladder ? { ladder } : {}),
      ...(selection ? { selection: linesIn(selection) } : {}),
      tutorIsOn: this.situation.tutorIsOn,
      recording: this.situation.current?.recording ?? true,
      isBusy: this.tutor.isBusy,
      entries: this.tutor.entries,
    };
  }
}

function at(webview: Webview, folder: Uri, name: string): string {
  return webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
}

function nameOf(uri: Uri): string {
  return workspace.asRelativePath(uri).split("/").at(-1) ?? "";
}

/** The status bar: challenge, hint ladder, and whether the work is recorded and synced. A click shows what can be done. */

import { type Disposable, MarkdownString, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";
import type { StatusResult } from "./protocol";
import type { Server } from "./server/server";
import type { Situation } from "./situation";
import type { Tutor } from "./tutor/tutor";
import { syncWords } from "./features/school";

const ERROR = new ThemeColor("statusBarItem.errorBackground");

export function registerStatus(server: Server, situation: Situation, tutor: Tutor): Disposable {
  const item = window.createStatusBarItem("taco.status", StatusBarAlignment.Left, 10);
  item.name = "TACO Tutor";
  item.command = "tacoTutor.menu";
  const draw = () => show(item, server, situation, tutor);
  const listeners = [server.onDidChange(draw), situation.onDidChange(draw), tutor.onDidChange(draw)];
  draw();
  item.show();
  return {
    dispose() {
      for (const part of [...listeners, item]) part.dispose();
    },
  };
}

function show(item: StatusBarItem, server: Server, situation: Situation, tutor: Tutor): void {
  const { phase, advice } = server.condition;
  const status = situation.current;
  const words = phase === "failed" ? "TACO: not running" : wordsOf(situation, status);
  item.backgroundColor = phase === "failed" ? ERROR : undefined;
  item.text = `${iconOf(phase, tutor.isBusy, status)} ${words}`;
  item.tooltip = advice?.problem ?? (status ? details(status) : "TACO Tutor");
  item.accessibilityInformation = { label: advice?.problem ?? words, role: "button" };
}

function iconOf(phase: string, isBusy: boolean, status: StatusResult | undefined): string {
  if (phase === "failed") return "$(error)";
  if (phase === "starting" || isBusy) return "$(loading~spin)";
  if (status?.sync?.state === "syncing") return "$(sync~spin)";
  return status && !isRecording(status) ? "$(circle-slash)" : "$(mortar-board)";
}

function wordsOf(situation: Situation, status: StatusResult | undefined): string {
  const { seat } = situation;
  const hints = seat && situation.tutorIsOn && `hint ${seat.hints.given}/${seat.hints.ceiling}`;
  const parts = [
    seat?.challengeTitle ?? "TACO",
    hints,
    !situation.tutorIsOn && "tutor off",
    status && !isRecording(status) && "not recorded",
    syncWords(status?.sync),
  ];
  return parts.filter(Boolean).join(" · ");
}

function isRecording({ recording, store }: StatusResult): boolean {
  return recording && !store.readOnly && !store.problem;
}

function details(status: StatusResult): MarkdownString {
  const { seat, store, sync } = status;
  const lines = [
    seat && `**${escapeMarkdown(seat.challengeTitle)}**`,
    seat && `Hints: ${seat.hints.given} of ${seat.hints.ceiling} given`,
    `Tutor: ${status.tutor === "model" ? escapeMarkdown(status.model ?? "a model") : "built in, works offline"}`,
    `Recording: ${isRecording(status) ? "on" : "off"}`,
    sync && sync.state !== "off" && `School: ${syncWords(sync)}`,
    sync?.problem && escapeMarkdown([sync.problem, sync.hint].filter(Boolean).join(" ")),
    store.readOnly && "The store can only be read: nothing new is recorded.",
    store.problem && escapeMarkdown(store.problem),
    `Server ${status.version}`,
  ];
  return new MarkdownString(lines.filter(Boolean).join("  \n"));
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|]/g, "\\$&");
}

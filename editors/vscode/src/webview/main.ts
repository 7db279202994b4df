/** The script of the tutor's panel: shows the state it is sent, and sends what the student does. Decides nothing. */

import { LABELS } from "../server/advice";
import type { FromPanel, PanelState, ToPanel } from "../tutor/messages";
import { byId, element, update } from "./dom";
import { Conversation } from "./entries";
import { showLadder } from "./ladder";
import { showTask } from "./task";

const vscode = acquireVsCodeApi<{ draft: string }>();
const send = (message: FromPanel): void => vscode.postMessage(message);
const conversation = new Conversation(send);
const question = byId<HTMLTextAreaElement>("question");
let isBusy = false;

function show(state: PanelState): void {
  const asks = state.phase !== "failed" && state.program !== undefined && state.tutorIsOn;
  showAbout(state);
  showTask(state);
  conversation.show(state.entries, welcome(state));
  showLadder(state.ladder);
  showButtons(state, asks);
  byId("asking").hidden = !asks && !state.ladder;
  byId("form").hidden = !asks;
  byId("label").textContent = state.selection ? `Ask about ${state.selection}` : "Ask about your code";
  byId("send").setAttribute("aria-disabled", String(state.isBusy));
  say(state);
}

function showAbout(state: PanelState): void {
  const parts: Node[] = [element("h1", {}, state.challenge ?? state.program ?? "Your tutor")];
  if (state.challenge && state.program) parts.push(element("p", {}, state.program));
  if (!state.recording) parts.push(element("p", { class: "notice" }, "Nothing is being recorded."));
  if (!state.tutorIsOn) {
    parts.push(element("p", { class: "notice" }, "The tutor is off for this challenge. What was said stays here."));
  }
  if (state.advice) {
    const { problem, remedies } = state.advice;
    const buttons = remedies.map((remedy) =>
      element("button", { type: "button", click: () => send({ type: "mend", remedy }) }, LABELS[remedy]),
    );
    const actions = element("div", { class: "actions" }, ...buttons);
    parts.push(element("div", { class: "problem", role: "alert" }, element("p", {}, problem), actions));
  }
  update(byId("about"), parts);
}

function welcome(state: PanelState): Node {
  if (state.phase === "starting") return element("p", { class: "welcome" }, "Getting ready…");
  if (state.phase === "failed") return element("p", { class: "welcome" });
  if (state.program) {
    const text = "Ask when you are stuck. You get a hint that helps you go on, not the solution.";
    return element("p", { class: "welcome" }, text);
  }
  const open = element("button", { type: "button", click: () => send({ type: "openChallenge" }) }, "Open a challenge");
  const text = "Open a challenge, or a program of your own, and ask about it here.";
  return element("div", { class: "welcome" }, element("p", {}, text), open);
}

function showButtons(state: PanelState, asks: boolean): void {
  const kind = (kind: "hint" | "explain" | "review", label: string) =>
    element(
      "button",
      { type: "button", id: kind, "aria-disabled": String(state.isBusy), click: () => ifIdle({ type: "kind", kind }) },
      label,
    );
  const about = state.selection ? `Explain ${state.selection}` : "Explain";
  const hint = state.ladder ? [kind("hint", state.ladder.button)] : state.challenge ? [] : [kind("hint", "Hint")];
  const focused = document.activeElement?.id;
  update(byId("buttons"), asks ? [...hint, kind("explain", about), kind("review", "Review")] : []);
  // Drawn anew, the button that was pressed must not lose the focus.
  if (focused === "hint" || focused === "explain" || focused === "review") document.getElementById(focused)?.focus();
}

/** Have a screen reader say that an answer is on its way, and then the answer, once and whole. */
function say(state: PanelState): void {
  if (state.isBusy !== isBusy) byId("spoken").textContent = state.isBusy ? "The tutor is thinking." : conversation.last;
  isBusy = state.isBusy;
}

/** One question at a time. A button that were `disabled` meanwhile would lose the focus of the keyboard. */
function ifIdle(message: FromPanel): void {
  if (!isBusy) send(message);
}

function submit(): void {
  const text = question.value.trim();
  if (!text || isBusy) return;
  send({ type: "ask", question: text });
  question.value = "";
  vscode.setState({ draft: "" });
}

question.value = vscode.getState()?.draft ?? "";
question.addEventListener("input", () => vscode.setState({ draft: question.value }));
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  if (data.type === "state") show(data.state);
  if (data.type === "delta") conversation.add(data.id, data.text);
  if (data.type === "focus") question.focus();
});
send({ type: "ready" });

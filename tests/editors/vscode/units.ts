// The extension's pure functions, without VS Code. Bundled and run by test_vscode.py.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { linesIn } from "../../../editors/vscode/src/lines";
import type { AskResult, Event, SeatStatus } from "../../../editors/vscode/src/protocol";
import { adviceFor, KEEPS_STOPPING, SILENT, type Trouble } from "../../../editors/vscode/src/server/advice";
import { findServer } from "../../../editors/vscode/src/server/command";
import { isCompatible, troubleWith } from "../../../editors/vscode/src/server/probe";
import { Restarts } from "../../../editors/vscode/src/server/restarts";
import { answered, asked, ended, merged, recorded } from "../../../editors/vscode/src/tutor/entries";
import { ladderOf } from "../../../editors/vscode/src/tutor/ladder";
import { page } from "../../../editors/vscode/src/tutor/page";
import { render } from "../../../editors/vscode/src/webview/render";
import {
  escaped,
  inOrder,
  isOwnProgram,
  lasting,
  report,
  testReport,
  unescaped,
} from "../../../editors/vscode/src/features/text";
import { themed } from "../../../editors/vscode/src/features/theme";

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, "g");
const DOCUMENT = { uri: "file:///a.py" };

function folder(): string {
  return mkdtempSync(join(tmpdir(), "taco-"));
}

function program(file: string, line = "true"): string {
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("the server is looked for in the setting, the extension, the path, and then fetched", async () => {
  const [extensionPath, first, second] = [folder(), folder(), folder()];
  const places = { setting: "", extensionPath, environ: { PATH: ["relative", first, second].join(":") } };
  const uvx = program(join(second, "uvx"));
  assert.deepEqual(await findServer(places), { program: uvx, args: ["--from", "taco-lsp", "taco-lsp"], fetched: true });
  const onPath = program(join(first, "taco-lsp"));
  assert.equal((await findServer(places))?.program, onPath);
  mkdirSync(join(extensionPath, "bundled", "bin"), { recursive: true });
  const bundled = program(join(extensionPath, "bundled", "bin", "taco-lsp"));
  assert.equal((await findServer(places))?.program, bundled);
  assert.equal((await findServer({ ...places, setting: "/my/own" }))?.program, "/my/own");
});

test("a program is asked for its version before it is started as the server", async () => {
  const made = (line: string) => ({ program: program(join(folder(), "p"), line), args: [], fetched: false });
  const kind = async (line: string) => (await troubleWith(made(line), "0.1.0"))?.kind;
  assert.equal(await kind("echo taco-lsp 0.1.7"), undefined);
  assert.equal(await kind("echo taco-lsp 0.2.0"), "wrongVersion");
  assert.equal(await kind("echo cat 0.1.0"), "broken");
  assert.equal(await kind("exit 3"), "broken");
  const missing = { program: "/no/such", args: [], fetched: false };
  assert.deepEqual(await troubleWith(missing, "0.1.0"), { kind: "notFound", program: "/no/such" });
});

test("versions fit by their major number, before 1.0 by their minor one", () => {
  assert.ok(isCompatible("1.4.2", "1.0.0"));
  assert.ok(!isCompatible("2.0.0", "1.9.9"));
  assert.ok(!isCompatible("0.2.0", "0.1.0"));
});

test("a server is started again three times in three minutes", () => {
  let now = 0;
  const restarts = new Restarts(() => now);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => restarts.mayRestart()),
    [true, true, true, false],
  );
  now += 3 * 60_000;
  assert.ok(restarts.mayRestart());
  restarts.forgive();
  assert.deepEqual(
    [1, 2, 3].map(() => restarts.mayRestart()),
    [true, true, true],
  );
});

test("Markdown of a tutor cannot do anything", () => {
  const html = render(
    "<img src=x onerror=alert(1)> ![p](https://x/y.png) [l](javascript:alert(1)) [d](command:x) <b>b</b>",
  );
  assert.doesNotMatch(html, /<(?!\/?p>|a href="https:|\/a>)/);
  assert.match(render("`a` **b** [c](https://d)"), /<code>a<\/code> <strong>b<\/strong> <a href="https:\/\/d">/);
});

test("the panel runs no script but its own, and each page has another nonce", () => {
  const files = { script: "s.js", style: "s.css", source: "https://source" };
  const nonces = [page(files), page(files)].map((html) => /script-src 'nonce-([^']+)'/.exec(html)?.[1]);
  assert.notEqual(nonces[0], nonces[1]);
  assert.doesNotMatch(page(files), /unsafe|style=|onclick/);
});

const hint: AskResult = {
  interactionId: "i1",
  response: "Look.",
  kind: "hint",
  model: "m",
  finishReason: "stop",
  hintLevel: 2,
  nextHint: { given: 2, next: 2, ceiling: 5, open: false },
  guard: { blocked: false },
  usage: {},
};

test("an entry goes from asked to answered, stopped or failed and keeps what had arrived", () => {
  const range = { start: { line: 2, character: 0 }, end: { line: 4, character: 0 } };
  const question = asked("1", { textDocument: DOCUMENT, kind: "explain", range });
  assert.equal(question.heading, "Explanation, lines 3 to 4");
  const whole = answered(asked("2", { textDocument: DOCUMENT, kind: "hint" }), hint);
  assert.deepEqual([whole.heading, whole.answer, whole.state], ["Hint 2 of 5", "Look.", "done"]);
  const stopped = ended({ ...question, answer: "Half" }, "failed", "It broke.");
  assert.deepEqual([stopped.answer, stopped.notice, stopped.state], ["Half", "It broke.", "failed"]);
});

test("an entry has one title: the answer's own where it says more", () => {
  const told = (response: string) =>
    answered(asked("1", { textDocument: DOCUMENT, kind: "hint" }), { ...hint, response });
  const titled = told("**Hint 2 of 5: the idea behind it**\n\nLists begin at 0.");
  assert.deepEqual([titled.heading, titled.answer], ["Hint 2 of 5: the idea behind it", "Lists begin at 0."]);
  const other = told("**Lists** begin at 0.\n");
  assert.deepEqual([other.heading, other.answer], ["Hint 2 of 5", "**Lists** begin at 0.\n"]);
});

test("what is on record comes before what was asked here, and each answer once", () => {
  const event = (kind: Event["kind"], id: string, detail: Record<string, unknown>): Event => ({
    id,
    kind,
    at: "2026-03-02T09:00:00.000Z",
    sessionId: "s",
    challengeId: "c",
    summary: "",
    detail,
  });
  const answer = (id: string, more = {}) => ({
    kind: "question",
    text: "A",
    interactionId: id,
    finishReason: "stop",
    ...more,
  });
  const record = recorded(
    [
      event("question", "q", { kind: "question", text: "why?" }),
      event("answer", "q", answer("i0", { feedback: { helpful: false } })),
      event("hint", "h", answer("i1", { kind: "hint", hintLevel: 2 })),
      event("answer", "x", answer("i2", { finishReason: "cancelled" })),
    ],
    5,
  );
  assert.deepEqual(
    record.map((entry) => entry.heading),
    ["Question", "Hint 2 of 5", "Question"],
  );
  assert.deepEqual([record[0]?.asked, record[0]?.helpful, record[2]?.state], ["why?", false, "stopped"]);
  const here = [answered(asked("1", { textDocument: DOCUMENT, kind: "hint" }), hint)];
  assert.deepEqual(
    merged(record, here).map((entry) => entry.interactionId),
    ["i0", "i2", "i1"],
  );
});

function seat(hints: SeatStatus["hints"], policy: Partial<SeatStatus["policy"]> = {}): SeatStatus {
  const whole = { enabled: true, requireAttempt: false, hintCeiling: hints.ceiling, ...policy };
  return { hints, policy: whole } as SeatStatus;
}

test("the ladder says when the next hint opens", () => {
  const first = { given: 0, next: 1, ceiling: 5, open: true };
  assert.equal(ladderOf(seat(first))?.next, "The first hint is open.");
  assert.match(
    ladderOf(seat({ ...first, open: false }, { requireAttempt: true }))?.next ?? "",
    /^The first hint opens when you have tried/,
  );
  const second = { given: 2, next: 2, ceiling: 5, open: false };
  assert.deepEqual(ladderOf(seat(second)), {
    given: 2,
    ceiling: 5,
    button: "Hint 2 of 5 again",
    next: "The next hint opens when you change your code or run it.",
  });
  assert.match(ladderOf(seat({ given: 5, next: 5, ceiling: 5, open: false }))?.next ?? "", /every hint there is/);
  assert.equal(ladderOf(seat(first, { enabled: false })), undefined);
  assert.equal(ladderOf(seat({ ...first, ceiling: 0 })), undefined);
});

test("input survives being typed on one line", () => {
  for (const text of ["3\n4\n5\n", "a\\nb\n", "\\\n"]) assert.equal(unescaped(escaped(text)), text);
  assert.equal(unescaped("3\\n4"), "3\n4\n");
  assert.equal(unescaped(""), "");
});

test("versions that were replaced within seconds are not listed at first, and the latest always is", () => {
  const at = (second: number) => ({
    id: `${second}`,
    solution: "",
    savedAt: new Date(1_800_000_000_000 + second * 1000).toISOString(),
  });
  const saved = [0, 4, 15, 60, 61].map((second) => at(second) as Parameters<typeof lasting>[0][number]);
  assert.deepEqual(
    lasting(saved).map(({ id }) => id),
    ["4", "15", "61"],
  );
  assert.deepEqual(lasting([]), []);
});

test("a run is told from its command to its end", () => {
  const run = {
    runId: "r",
    command: "python a.py",
    stdout: "1\n",
    stderr: "E\n",
    exitCode: 1,
    durationMs: 40,
    timedOut: false,
    truncated: false,
  };
  const text = report({ ...run, explanation: "Because." }, "2\n").replaceAll(COLOURS, "");
  assert.equal(text, "$ python a.py\n\nInput:\n2\n\n1\n\nE\n\nIt failed with exit code 1 after 0.0 s.\nBecause.\n");
  assert.match(report({ ...run, timedOut: true }, ""), /ran out of time/);
  const told = report({ ...run, explanation: "`total` is a number." }, "");
  assert.ok(told.endsWith("\x1b[1mtotal\x1b[0m is a number.\n"), "a terminal shows no backticks");
});

test("of tests it is told whether they passed, and which did not", () => {
  const passed = {
    runId: "r",
    command: "taco test: unittest",
    stdout: "",
    stderr: "OK\n",
    exitCode: 0,
    durationMs: 40,
    timedOut: false,
    truncated: false,
    passed: true,
    failed: [],
  };
  const plain = (run: typeof passed) => testReport(run).replaceAll(COLOURS, "");
  assert.equal(plain(passed), "taco test: unittest\n\nOK\n\nThe tests passed.\n");
  assert.doesNotMatch(testReport(passed), /\[31m/, "what passed is not red");
  const failed = { ...passed, passed: false, exitCode: 1, stderr: "", failed: ["a", "b", "c", "d", "e", "f"] };
  assert.match(plain(failed), /The tests did not pass: a, b, c, d, e and 1 more\.\n$/);
  assert.match(
    testReport({ ...failed, explanation: "Failed: `a`." }).replaceAll(COLOURS, ""),
    /not pass\.\nFailed: a\.\n$/,
  );
  assert.match(plain({ ...failed, failed: [] }), /The tests did not pass\.\n$/);
  assert.match(plain({ ...failed, timedOut: true }), /ran out of time/);
});

test("a student's own programs come after the teachers' challenges", () => {
  const made = (title: string, statement: string) => ({ title, statement });
  const [loop, average] = [made("loop.py", "Practice: loop.py"), made("Average", "Practice: write a function.")];
  assert.deepEqual([loop, average].map(isOwnProgram), [true, false]);
  assert.deepEqual(inOrder([loop, average]), [average, loop]);
});

test("whatever is wrong with the server, the student is told something that mends it", () => {
  const program = "/bin/taco-lsp";
  const first = (trouble: Trouble) => adviceFor(trouble, "0.1.0").remedies[0];
  assert.equal(first({ kind: "missing" }), "install");
  assert.equal(first({ kind: "notFound", program }), "choose");
  assert.equal(first({ kind: "wrongVersion", program, version: "0.2.0" }), "update");
  for (const advice of [adviceFor({ kind: "broken", program, detail: "" }, "0.1.0"), SILENT, KEEPS_STOPPING]) {
    assert.ok(advice.remedies.includes("again") && advice.remedies.includes("log"));
  }
});

test("the journey takes the brightness of the theme and stays within its policy", () => {
  const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const style = "a{color-scheme: light dark} @media (prefers-color-scheme: dark) {b{}}";
  const html = `<meta content="style-src '${hash(style)}'"><style>${style}</style>`;
  for (const [isDark, wanted] of [
    [true, "a{color-scheme: dark} @media all {b{}}"],
    [false, "a{color-scheme: light} @media not all {b{}}"],
  ] as const) {
    const shown = themed(html, isDark);
    assert.ok(
      shown.includes(`<style>${wanted}</style>`) && shown.includes(hash(wanted)) && !shown.includes(hash(style)),
    );
  }
});

test("lines are counted from one and leave out a line of which nothing is selected", () => {
  const range = (line: number, character: number) => ({ start: { line: 0, character: 3 }, end: { line, character } });
  assert.deepEqual(
    [linesIn(range(0, 5)), linesIn(range(1, 0)), linesIn(range(2, 1))],
    ["line 1", "line 1", "lines 1 to 3"],
  );
});

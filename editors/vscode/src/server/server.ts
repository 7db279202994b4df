/**
 * The life of the server: found, checked, started, started again when it breaks, stopped.
 *
 * Also the one way to call a verb. Knows no panel and no editor; `repair` tells the student what is wrong.
 */

import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  ProgressLocation,
  window,
} from "vscode";
import { CancellationToken as Cancellation, type LanguageClient, ProgressType } from "vscode-languageclient/node";
import type { AnswerDelta, VerbName, Verbs } from "../protocol";
import { type Advice, adviceFor, KEEPS_STOPPING, SILENT } from "./advice";
import { type Hooks, makeClient } from "./client";
import { type Command, findServer } from "./command";
import { troubleWith } from "./probe";
import { Restarts } from "./restarts";
import { initializationOptions, type Manifest, serverKeys, serverPath } from "./settings";

export type Phase = "starting" | "running" | "failed" | "stopped";

/** How things stand; `advice` is there when it failed. */
export interface Condition {
  readonly phase: Phase;
  readonly advice?: Advice;
}

/** A call that was not answered because the server is not there, with words for the student. */
export class NoServer extends Error {}

const DELTA = new ProgressType<AnswerDelta>();
const START_MS = 60_000; // a first start on an old machine reads thousands of files

export interface CallOptions {
  readonly token?: CancellationToken;
  /** Called with each piece of a streamed answer. */
  readonly onDelta?: (text: string) => void;
}

export class Server implements Disposable {
  readonly log: LogOutputChannel;
  private readonly changed = new EventEmitter<Condition>();
  readonly onDidChange = this.changed.event;
  private now: Condition = { phase: "stopped" };
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private readonly restarts = new Restarts();
  private streams = 0;
  private hooks: Hooks = { middleware: {}, listeners: {} };
  private readonly manifest: Manifest;

  constructor(private readonly context: ExtensionContext) {
    this.log = window.createOutputChannel("TACO Tutor", { log: true });
    this.manifest = context.extension.packageJSON as Manifest;
  }

  get condition(): Condition {
    return this.now;
  }

  /** Take part in every connection that is started from now on. */
  connect(hooks: Hooks): void {
    this.hooks = hooks;
  }

  /** Start the server unless it runs. Never raises: what went wrong becomes the condition. */
  start(): Promise<void> {
    this.starting ??= this.launch().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  async restart(): Promise<void> {
    await this.starting;
    this.restarts.forgive();
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that never came up cannot be stopped in order; its process ends when its input closes.
    if (client) await client.dispose().catch((error: unknown) => this.log.warn(String(error)));
    this.become({ phase: "stopped" });
  }

  /**
   * Call a verb of the protocol, starting the server if need be.
   *
   * Raises `NoServer`, or a `ResponseError` with the server's words.
   */
  async call<V extends VerbName>(
    verb: V,
    params: Verbs[V]["params"],
    options: CallOptions = {},
  ): Promise<Verbs[V]["result"]> {
    if (this.now.phase !== "running") await this.start();
    const client = this.client;
    if (!client || this.now.phase !== "running") throw new NoServer((this.now.advice ?? SILENT).problem);
    // Without a token the params would travel as a list.
    const { onDelta, token: stop = Cancellation.None } = options;
    if (!onDelta) return client.sendRequest(verb, params, stop);
    const token = `taco-vscode-${++this.streams}`;
    const listener = client.onProgress(DELTA, token, (value) => onDelta(value.delta));
    // A progress of our own keeps VS Code from showing one beside the panel's.
    const whole = { ...params, partialResultToken: token, workDoneToken: `${token}-work` };
    return client.sendRequest<Verbs[V]["result"]>(verb, whole, stop).finally(() => listener.dispose());
  }

  dispose(): void {
    this.changed.dispose();
    this.log.dispose();
  }

  private async launch(): Promise<void> {
    if (this.now.phase === "running") return;
    this.become({ phase: "starting" });
    const command = await this.findCommand();
    if (!command) return;
    this.log.info(`starting ${[command.program, ...command.args].join(" ")}`);
    const client: LanguageClient = makeClient(command, {
      hooks: this.hooks,
      log: this.log,
      options: initializationOptions(serverKeys(this.manifest)),
      onBroken: () => this.broke(client),
    });
    this.client = client;
    try {
      await within(START_MS, client.start());
      const { name, version } = client.initializeResult?.serverInfo ?? { name: "the server" };
      this.log.info(`${name} ${version ?? ""} is running`);
      this.become({ phase: "running" });
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
      this.client = undefined;
      this.become({ phase: "failed", advice: SILENT });
      void client.dispose().catch(() => undefined);
    }
  }

  /** A command that was checked; undefined after what is wrong has become the condition. */
  private async findCommand(): Promise<Command | undefined> {
    const { extensionPath } = this.context;
    const command = await findServer({ setting: serverPath(), extensionPath, environ: process.env });
    const wanted = this.manifest.version;
    const check = () => (command ? troubleWith(command, wanted) : Promise.resolve({ kind: "missing" } as const));
    const trouble = command?.fetched ? await showingDownload(check) : await check();
    if (!trouble) return command;
    this.log.error(JSON.stringify(trouble));
    this.become({ phase: "failed", advice: adviceFor(trouble, wanted) });
    return undefined;
  }

  /** The server is gone and nobody asked it to go. */
  private broke(client: LanguageClient): void {
    if (this.client !== client) return;
    this.client = undefined;
    if (this.restarts.mayRestart()) {
      this.log.warn("the server stopped and is started again");
      this.become({ phase: "stopped" });
      void this.start();
      return;
    }
    this.become({ phase: "failed", advice: KEEPS_STOPPING });
  }

  private become(condition: Condition): void {
    this.now = condition;
    this.changed.fire(condition);
  }
}

function showingDownload<T>(work: () => Promise<T>): Promise<T> {
  const options = { location: ProgressLocation.Notification, title: "Fetching the tutor's server" };
  return Promise.resolve(window.withProgress(options, work));
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

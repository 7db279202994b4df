/** The view of the challenges, and opening one. The server writes the files; VS Code shows them. */

import {
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  Uri,
  window,
  workspace,
} from "vscode";
import type { ChallengeSummary } from "../protocol";
import { command, isError, textOf } from "../say";
import type { Server } from "../server/server";
import { showFile } from "../show";
import type { Situation } from "../situation";

const VIEW = "taco.challenges";
const CHOOSE = "Choose Another Folder";

class Challenges implements TreeDataProvider<ChallengeSummary>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  private drawn = "";

  constructor(
    private readonly server: Server,
    private readonly situation: Situation,
  ) {}

  async getChildren(parent?: ChallengeSummary): Promise<ChallengeSummary[]> {
    if (parent || this.server.condition.phase !== "running") return [];
    return (await this.server.call("taco/challenge/list", {})).challenges;
  }

  getTreeItem(challenge: ChallengeSummary): TreeItem {
    const item = new TreeItem(challenge.title);
    const isHere = this.situation.seat?.challengeId === challenge.id;
    const state = isHere ? "open" : challenge.started ? "started" : "";
    item.id = challenge.id;
    item.description = state;
    item.iconPath = new ThemeIcon(isHere ? "arrow-right" : challenge.started ? "circle-filled" : "circle-outline");
    item.tooltip = new MarkdownString(challenge.statement);
    item.accessibilityInformation = { label: [challenge.title, state].filter(Boolean).join(", "), role: "treeitem" };
    item.command = { title: "Open", command: "tacoTutor.openChallenge", arguments: [challenge] };
    return item;
  }

  refresh(): void {
    this.changed.fire();
  }

  /** Refresh when the server came or went, the student is at another challenge, or the school may have sent some. */
  follow(): void {
    const { current, seat } = this.situation;
    const wanted = [this.server.condition.phase, seat?.challengeId, current?.sync?.syncedAt].join(" ");
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.refresh();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

export function registerChallenges(server: Server, situation: Situation): Disposable {
  const challenges = new Challenges(server, situation);

  async function open(challenge: ChallengeSummary, folder?: Uri): Promise<void> {
    const parent = folder ?? (workspace.workspaceFolders?.length ? undefined : await chooseFolder());
    if (!parent && !workspace.workspaceFolders?.length) return;
    const params = { challengeId: challenge.id, ...(parent ? { folder: parent.toString() } : {}) };
    try {
      await show(await server.call("taco/challenge/open", params));
    } catch (error) {
      if (!isError(error, "cannotWrite")) throw error;
      if ((await window.showErrorMessage(textOf(error), CHOOSE)) !== CHOOSE) return;
      const other = await chooseFolder();
      if (other) await open(challenge, other);
    }
  }

  async function choose(): Promise<void> {
    const list = (await server.call("taco/challenge/list", {})).challenges;
    if (list.length === 0) {
      void window.showInformationMessage("There are no challenges yet. Your teacher adds them.");
      return;
    }
    const items = list.map((challenge) => ({
      label: challenge.title,
      description: challenge.started ? "started" : "",
      challenge,
    }));
    const chosen = await window.showQuickPick(items, { placeHolder: "Open the challenge" });
    if (chosen) await open(chosen.challenge);
  }

  return Disposable.from(
    challenges,
    window.createTreeView(VIEW, { treeDataProvider: challenges }),
    situation.onDidChange(() => challenges.follow()),
    command("tacoTutor.openChallenge", (challenge?: ChallengeSummary) => (challenge ? open(challenge) : choose())),
    command("tacoTutor.refreshChallenges", async () => challenges.refresh()),
  );
}

async function chooseFolder(): Promise<Uri | undefined> {
  const options = { canSelectFolders: true, canSelectFiles: false, openLabel: "Put the Challenge Here" };
  return (await window.showOpenDialog(options))?.[0];
}

async function show(opened: { files: string[]; title: string; restored: boolean }): Promise<void> {
  const [main] = opened.files;
  // Not as a preview: the next file would close it, and the session with it.
  if (main) await showFile(Uri.parse(main), { preview: false });
  const note = opened.restored ? "Your latest saved version is open." : "Good luck!";
  window.setStatusBarMessage(`${opened.title}: ${note}`, 5000);
}

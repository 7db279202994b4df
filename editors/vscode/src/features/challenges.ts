/** The view of the challenges, and opening one. The server writes the files; VS Code shows them. */

import {
  Disposable,
  type Event,
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
import type { ChallengeList } from "./challenge-list";
import { isOwnProgram } from "./text";

const VIEW = "taco.challenges";
const CHOOSE = "Choose Another Folder";

class Challenges implements TreeDataProvider<ChallengeSummary> {
  readonly onDidChangeTreeData: Event<void>;

  constructor(
    private readonly list: ChallengeList,
    private readonly situation: Situation,
  ) {
    this.onDidChangeTreeData = list.onDidChange;
  }

  getChildren(parent?: ChallengeSummary): ChallengeSummary[] {
    return parent ? [] : [...this.list.all];
  }

  getTreeItem(challenge: ChallengeSummary): TreeItem {
    const item = new TreeItem(challenge.title);
    const isHere = this.situation.seat?.challengeId === challenge.id;
    const isOwn = isOwnProgram(challenge);
    const state = isHere ? "open" : isOwn ? "your own program" : challenge.started ? "started" : "";
    item.id = challenge.id;
    item.description = state;
    item.iconPath = new ThemeIcon(iconOf(challenge, isHere));
    if (!isOwn) item.tooltip = new MarkdownString(challenge.statement);
    item.accessibilityInformation = { label: [challenge.title, state].filter(Boolean).join(", "), role: "treeitem" };
    item.command = { title: "Open", command: "tacoTutor.openChallenge", arguments: [challenge] };
    return item;
  }
}

function iconOf(challenge: ChallengeSummary, isHere: boolean): string {
  if (isHere) return "arrow-right";
  if (isOwnProgram(challenge)) return "file-code";
  return challenge.started ? "circle-filled" : "circle-outline";
}

/** `reveal` brings up the panel, where the task is read. */
export function registerChallenges(
  server: Server,
  situation: Situation,
  challenges: ChallengeList,
  reveal: () => Promise<void>,
): Disposable {
  async function open(challenge: ChallengeSummary, folder?: Uri): Promise<void> {
    const parent = folder ?? (workspace.workspaceFolders?.length ? undefined : await chooseFolder());
    if (!parent && !workspace.workspaceFolders?.length) return;
    const params = { challengeId: challenge.id, ...(parent ? { folder: parent.toString() } : {}) };
    try {
      await show(await server.call("taco/challenge/open", params));
      await reveal();
    } catch (error) {
      if (!isError(error, "cannotWrite")) throw error;
      if ((await window.showErrorMessage(textOf(error), { modal: true }, CHOOSE)) !== CHOOSE) return;
      const other = await chooseFolder();
      if (other) await open(challenge, other);
    }
  }

  async function choose(): Promise<void> {
    await challenges.refresh();
    if (challenges.all.length === 0) {
      void window.showInformationMessage("There are no challenges yet. Your teacher adds them.");
      return;
    }
    const items = challenges.all.map((challenge) => ({
      label: challenge.title,
      description: isOwnProgram(challenge) ? "your own program" : challenge.started ? "started" : "",
      challenge,
    }));
    const chosen = await window.showQuickPick(items, { placeHolder: "Open the challenge" });
    if (chosen) await open(chosen.challenge);
  }

  return Disposable.from(
    window.createTreeView(VIEW, { treeDataProvider: new Challenges(challenges, situation) }),
    command("tacoTutor.openChallenge", (challenge?: ChallengeSummary) => (challenge ? open(challenge) : choose())),
    command("tacoTutor.refreshChallenges", () => challenges.refresh()),
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

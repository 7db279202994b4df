/** The student's say in their own data: pause the recording, see what was recorded. */

import { Disposable, window } from "vscode";
import type { RecordingState } from "../protocol";
import { command } from "../say";
import type { Server } from "../server/server";
import type { Situation } from "../situation";

export function registerOwnData(server: Server, situation: Situation): Disposable {
  async function tell(state: RecordingState): Promise<void> {
    void window.showInformationMessage(state.meaning);
    await situation.refresh();
  }

  return Disposable.from(
    command("tacoTutor.pauseRecording", async () => tell(await server.call("taco/recording/pause", {}))),
    command("tacoTutor.resumeRecording", async () => tell(await server.call("taco/recording/resume", {}))),
    command("tacoTutor.showRecorded", async () => {
      const shown = await server.call("taco/data/show", situation.here);
      if (!shown.shown) void window.showInformationMessage(shown.meaning);
    }),
  );
}

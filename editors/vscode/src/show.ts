/** Shows files. */

import { commands, type TextDocumentShowOptions, type Uri } from "vscode";

/**
 * Show a file in the editor.
 *
 * `showTextDocument` would keep it open for minutes after its tab is closed, and the student's session with it.
 */
export async function showFile(file: Uri, options: TextDocumentShowOptions = {}): Promise<void> {
  await commands.executeCommand("vscode.open", file, options);
}

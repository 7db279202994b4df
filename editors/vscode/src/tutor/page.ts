/** The panel's page: an empty shell that its script fills. Nothing is loaded but the two files beside it. */

import { randomBytes } from "node:crypto";

/** HTML of the page; `source` is what VS Code lets a webview load from. */
export function page(files: { script: string; style: string; source: string }): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${files.source}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${files.style}">
    <title>Tutor</title>
  </head>
  <body>
    <header id="about"></header>
    <details id="task" hidden>
      <summary>Your task</summary>
      <div id="statement" class="answer" role="region" aria-label="Your task" tabindex="0"></div>
    </details>
    <main>
      <div id="log" role="log" aria-label="Conversation with the tutor" aria-live="off" tabindex="0"></div>
    </main>
    <p id="spoken" class="unseen" role="status"></p>
    <footer id="asking" hidden>
      <section id="ladder" aria-label="Hints"></section>
      <div id="buttons" role="group" aria-label="Ask for"></div>
      <form id="form">
        <label for="question" id="label">Ask about your code</label>
        <textarea id="question" rows="2" maxlength="8000" aria-describedby="keys"></textarea>
        <div class="send">
          <span id="keys">Shift+Enter starts a new line</span>
          <button type="submit" id="send">Ask</button>
        </div>
      </form>
    </footer>
    <script nonce="${nonce}" src="${files.script}"></script>
  </body>
</html>`;
}

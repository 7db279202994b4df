/** Gives the server's page the brightness of the editor's theme. Pure. */

import { createHash } from "node:crypto";

const STYLE = /<style>([\s\S]*?)<\/style>/;

/**
 * The page follows the system by `prefers-color-scheme`; here the theme decides.
 *
 * Its policy admits one style by its hash, so the hash follows the change.
 */
export function themed(html: string, isDark: boolean): string {
  const style = STYLE.exec(html)?.[1];
  if (style === undefined) return html;
  const changed = style
    .replaceAll("(prefers-color-scheme: dark)", isDark ? "all" : "not all")
    .replace("color-scheme: light dark", `color-scheme: ${isDark ? "dark" : "light"}`);
  return html.replace(style, () => changed).replace(hashOf(style), hashOf(changed));
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

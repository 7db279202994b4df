#!/usr/bin/env bash
# Installs what the tests of the VS Code extension drive: code-server, the Node it needs and Playwright's client, in a cache
# folder outside the tree (800 MB); and the extension's own tools. Needs npm; says what is missing; never fails a build.
set -uo pipefail

HERE="$(cd "$(dirname "$0")" && pwd)"
EXTENSION="$HERE/../../../editors/vscode"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/taco-editors/vscode"
NODE=24
CODE_SERVER=4.139.1
PLAYWRIGHT=1.65.1
LIMIT_S=300

say() { printf 'editors: %s\n' "$1"; }

# The scripts of packages build native parts or download programs; VS Code in a browser does without them.
install() { # folder package...
  local folder="$1"
  shift
  mkdir -p "$folder"
  (cd "$folder" && timeout "$LIMIT_S" npm install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >/dev/null 2>&1)
}

node_package() {
  local system arch
  system="$(uname -s | tr '[:upper:]' '[:lower:]')"
  case "$(uname -m)" in aarch64 | arm64) arch=arm64 ;; *) arch=x64 ;; esac
  printf 'node-%s-%s@%s' "$system" "$arch" "$NODE"
}

code_server() {
  local inside="$CACHE/node_modules/code-server/lib/vscode"
  install "$CACHE" --no-save "$(node_package)" "code-server@$CODE_SERVER" "playwright-core@$PLAYWRIGHT" || return 1
  ln -sfn "$(ls -d "$CACHE"/node_modules/node-*/bin/node | head -n 1)" "$CACHE/node"
  PATH="$CACHE:$PATH"
  install "$inside" && install "$inside/extensions" && "$CACHE/node" "$CACHE/node_modules/code-server" --version >/dev/null
}

# Without its native part VS Code writes no logs; one of our own takes no compiler and no minutes.
log_writer() {
  cp "$HERE/log_writer.js" "$CACHE/node_modules/code-server/lib/vscode/node_modules/@vscode/spdlog/index.js"
}

extension_tools() {
  [ "$EXTENSION/node_modules/.package-lock.json" -nt "$EXTENSION/package-lock.json" ] && return
  (cd "$EXTENSION" && timeout "$LIMIT_S" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null 2>&1)
}

main() {
  if ! command -v npm >/dev/null; then
    say "VS Code needs npm; its tests are skipped"
    return
  fi
  local versions="$NODE $CODE_SERVER $PLAYWRIGHT"
  if [ "$(cat "$CACHE/installed" 2>/dev/null)" != "$versions" ]; then
    code_server && printf '%s' "$versions" >"$CACHE/installed" || say "could not install code-server; its tests are skipped"
  fi
  [ ! -e "$CACHE/installed" ] || log_writer || say "could not have VS Code write its logs; a test fails"
  extension_tools || say "could not install the tools of the VS Code extension; its tests are skipped"
}

main
exit 0

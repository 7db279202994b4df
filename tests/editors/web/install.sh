#!/usr/bin/env bash
# Installs what the tests of browser editors bundle, into a cache folder outside the tree. Says what is missing; never fails.
set -uo pipefail

FOLDER="${TACO_EDITOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/taco-editors}/web"
PACKAGES=(codemirror@6.0.2 @codemirror/lang-python@6.2.1 @codemirror/lsp-client@6.3.0 monaco-editor@0.57.0 esbuild@0.28.2)

has_all() {
  local package
  for package in "${PACKAGES[@]}"; do
    grep -qs "\"version\": \"${package##*@}\"" "$FOLDER/node_modules/${package%@*}/package.json" || return 1
  done
}

if has_all; then exit 0; fi
if ! command -v npm >/dev/null; then
  echo "editors: npm is missing; the editors in a browser are not tested"
  exit 0
fi
mkdir -p "$FOLDER"
# --ignore-scripts: what is downloaded runs in the browser of a test and nowhere else.
if ! (cd "$FOLDER" && timeout 240 npm install --silent --ignore-scripts --no-audit --no-fund --prefix . "${PACKAGES[@]}") >/dev/null 2>&1; then
  echo "editors: could not install the editors in a browser"
fi
exit 0

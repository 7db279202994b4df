#!/usr/bin/env bash
# Installs the editors, the browser and the pooler that the tests drive, where it may: Debian, as root. Says what is missing; never fails a build.
#
# Neovim of newer Debian releases, and Helix, are unpacked into a cache folder and touch nothing of the system.
set -uo pipefail

PACKAGES=(neovim emacs-nox elpa-eglot elpa-lsp-mode elpa-markdown-mode vim-nox vim-ale kate xvfb xdotool dbus chromium pgbouncer git procps)
RELEASES=(trixie forky)
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/taco-editors"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
export DEBIAN_FRONTEND=noninteractive

say() { printf 'editors: %s\n' "$1"; }

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || echo "$package"
  done
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  timeout 60 apt-get -qq update >/dev/null 2>&1
  if ! timeout 240 apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null 2>&1; then
    say "could not install: $(missing_packages | tr '\n' ' ')"
  fi
}

# The mirror this machine already uses.
mirror() { apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 2>/dev/null | awk '$1 == "Debian" {print $2; exit}'; }

# Downloads a package of another release with all it needs, and unpacks them side by side.
unpack() { # release package
  local work="$CACHE/$1" uri options
  uri="$(mirror)"
  [ -n "$uri" ] && [ -r "$KEYRING" ] || return 1
  mkdir -p "$work"/{lists/partial,archives/partial,root}
  : >"$work/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$uri" "$1" >"$work/sources.list"
  options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::status=$work/status"
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=root)
  timeout 60 apt-get "${options[@]}" update >/dev/null 2>&1 || return 1
  timeout 120 apt-get "${options[@]}" -y --download-only --no-install-recommends install "$2" >/dev/null 2>&1 || return 1
  local deb
  for deb in "$work"/archives/*.deb; do dpkg -x "$deb" "$work/root"; done
  rm -rf "$work/lists" "$work/archives"
}

# Writes a command that runs an unpacked program with the libraries it came with; keeps it only when it starts.
wrap() { # release program name variable runtime
  local root="$CACHE/$1/root" file="$CACHE/bin/$3" loader
  loader="$(find "$root" -name 'ld-linux*.so.*' 2>/dev/null | head -n 1)"
  mkdir -p "$CACHE/bin"
  cat >"$file" <<END
#!/bin/sh
export $4="$root/$5"
exec "$loader" --library-path "$(dirname "$loader")" "$root/$2" "\$@"
END
  chmod +x "$file"
  "$file" --version >/dev/null 2>&1 || { rm -f "$file"; return 1; }
}

provide() { # release package program name variable runtime
  [ -x "$CACHE/bin/$4" ] && "$CACHE/bin/$4" --version >/dev/null 2>&1 && return
  unpack "$1" "$2" && wrap "$1" "$3" "$4" "$5" "$6" || say "could not get $2 of Debian $1"
}

main() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    say "not installed here (needs Debian and root); their tests are skipped where they are missing"
    return
  fi
  install_packages
  local release
  for release in "${RELEASES[@]}"; do
    provide "$release" neovim usr/bin/nvim "nvim-$release" VIMRUNTIME usr/share/nvim/runtime
  done
  provide trixie hx usr/lib/hx/hx hx HELIX_RUNTIME usr/lib/hx/runtime
}

main
for script in "$(dirname "$0")"/*/install.sh; do bash "$script"; done
exit 0

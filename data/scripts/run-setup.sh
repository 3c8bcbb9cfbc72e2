# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What ./run and ./test share: who asked, what is missing, and building it. To be sourced, with `top` set to the folder
# of the checkout. Root installs; everything else is done by the one who asked, so that no file of the checkout
# changes hands.
: "${top:?}"

# shellcheck disable=SC2034
build_packages=(
  ca-certificates
  desktop-file-utils
  esbuild
  gcc
  gettext
  gobject-introspection
  libadwaita-1-dev
  libc6-dev
  libgirepository1.0-dev
  libglib2.0-dev
  libgnutls28-dev
  libgtk-4-bin
  libgtk-4-dev
  libjson-glib-dev
  libqrencode-dev
  libsecret-1-dev
  libsoup-3.0-dev
  libsqlite3-dev
  libsystemd-dev
  libxml2-utils
  meson
  ninja-build
  pkgconf
  terser
  zopfli
)

# What the window needs to look right, and GTK does not ask for itself.
# shellcheck disable=SC2034
window_packages=(
  adwaita-icon-theme
  librsvg2-common
)

say () {
  printf '%s\n' "$*"
}

die () {
  printf '%s\n' "$*" >&2
  exit 1
}

# --- Packages ---

print_missing_packages () {
  local -A installed=()
  local package

  while read -r package; do
    installed[$package]=1
  done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p')
  for package in "$@"; do
    [[ -v installed[$package] ]] || printf '%s\n' "$package"
  done
}

# Node's own packages for Debian contain npm, and cannot be installed beside Debian's npm.
print_missing_node () {
  if ! command -v node >/dev/null; then
    echo nodejs
    LC_ALL=C apt-cache policy nodejs | grep 'Candidate:.*nodesource' >/dev/null && return
  fi
  command -v npm >/dev/null || echo npm
}

# install_missing PACKAGE...
install_missing () {
  local -a missing
  local installer=$top/data/scripts/run-install

  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian or Ubuntu: nothing is installed, the programs and libraries must be here already."
    return
  fi
  mapfile -t missing < <(print_missing_packages "$@")
  if needs_npm; then
    mapfile -t -O "${#missing[@]}" missing < <(print_missing_node)
  fi
  ((${#missing[@]} > 0)) || return 0

  say "Installing what is missing: ${missing[*]}"
  if ((EUID == 0)); then
    "$installer" "${missing[@]}" || die "The packages could not be installed."
  elif ! command -v sudo >/dev/null || ! sudo "$installer" "${missing[@]}"; then
    die "They could not be installed from here. Have them installed by root, and start this again:
  apt-get install --no-install-recommends ${missing[*]}"
  fi
}

# --- Who asked ---

# Sets caller_uid: behind sudo the one who called it; else, for root in somebody's checkout, its owner.
find_caller () {
  caller_uid=$EUID
  ((EUID == 0)) || return 0
  if ((${SUDO_UID:-0} != 0)); then
    caller_uid=$SUDO_UID
  else
    caller_uid=$(stat -c %u "$top")
  fi
  getent passwd "$caller_uid" >/dev/null || caller_uid=0
}

# Prints, each ended by a NUL, the variables that sudo was called with and did not hand on: display, bus, proxies.
print_variables_before_sudo () {
  local pid=$PPID name

  while ((pid > 1)) && [[ -r /proc/$pid/comm && $(<"/proc/$pid/comm") != sudo ]]; do
    pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
  done
  [[ -n ${SUDO_UID:-} && -r /proc/$pid/environ ]] && ((pid > 1)) || return 0
  while IFS= read -r -d '' name; do
    [[ ${name%%=*} =~ ^[A-Za-z_][A-Za-z0-9_]*$ && ! -v ${name%%=*} ]] && printf '%s\0' "$name"
  done <"/proc/$pid/environ"
  return 0
}

# Sets caller_command: what makes a command one of the caller's, empty for oneself.
find_caller_command () {
  local entry user gid home shell runtime
  local -a variables

  find_caller
  caller_command=()
  ((caller_uid != EUID)) || return 0

  entry=$(getent passwd "$caller_uid")
  IFS=: read -r user _ _ gid _ home shell <<<"$entry"
  mapfile -t -d '' variables < <(print_variables_before_sudo)
  runtime=${XDG_RUNTIME_DIR:-/run/user/$caller_uid}
  if [[ $(stat -c %u "$runtime" 2>/dev/null) == "$caller_uid" ]]; then
    variables=("XDG_RUNTIME_DIR=$runtime" "${variables[@]}")
  fi
  caller_command=(
    setpriv --reuid="$caller_uid" --regid="$gid" --init-groups --
    env -u SUDO_COMMAND -u SUDO_GID -u SUDO_UID -u SUDO_USER -u MAIL -u XDG_RUNTIME_DIR
    "${variables[@]}"
    HOME="$home" LOGNAME="$user" SHELL="${shell:-/bin/sh}" USER="$user"
  )
}

# continue_as_caller SCRIPT ARGUMENT...: starts anew as the one who asked, unless that is so already, or it is one who
# may not write here: then caller_command is for when everything is built.
continue_as_caller () {
  find_caller_command
  if ((${#caller_command[@]} > 0)) && "${caller_command[@]}" test -w "$top"; then
    exec "${caller_command[@]}" "$@"
  fi
}

check_writable () {
  [[ -w $top ]] || die "You may not write to $top, where the program would be built."
  [[ ! -e $top/build || -w $top/build ]] ||
    die "The folder build belongs to $(stat -c %U "$top/build"), so nothing can be built in it. Remove it first."
}

# --- Building ---

is_fetched () {
  cmp -s "$1/package-lock.json" "$1/node_modules/.fetched"
}

# fetch_modules FOLDER...: what the lock files of these name, when it is not there yet.
fetch_modules () {
  local folder

  for folder in "$@"; do
    is_fetched "$folder" && continue
    say "Fetching what ${folder#"$top"/}/package-lock.json names."
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier </dev/null) || return
    cp "$folder/package-lock.json" "$folder/node_modules/.fetched"
  done
}

# A build knows where its sources were, and is of no use when the checkout has moved.
has_moved () {
  [[ -f $1/.configured-for && $(<"$1/.configured-for") != "$top" ]]
}

is_configured () {
  [[ -f $1/build.ninja ]] && ! has_moved "$1"
}

# configure FOLDER OPTION...: for the first time, or with other options than before.
configure () {
  local folder=$1 output
  shift

  # What "meson setup --reconfigure" is told does not reach the options of the compiler.
  if is_configured "$folder" && meson configure "$folder" "$@" >/dev/null 2>&1; then
    set -- --reconfigure
  else
    rm -rf "$folder"
  fi
  say "Configuring ${folder#"$top"/}."
  if ! output=$(meson setup "$folder" "$top" "$@" 2>&1); then
    printf '%s\n' "$output" >&2
    return 1
  fi
  printf '%s\n' "$top" >"$folder/.configured-for"
}

#!/bin/sh
# Install system packages that are missing, where that is allowed; otherwise name them in one sentence.
#   system_packages.sh COMMAND:PACKAGE ...      optional: what needs them is skipped without
#   system_packages.sh --needed PACKAGE ...     cannot go on without
set -u
needed=no
if [ "${1:-}" = --needed ]; then
    needed=yes
    shift
fi
missing=
for item in "$@"; do
    case $item in
    *:*) command -v "${item%%:*}" >/dev/null 2>&1 || missing="$missing ${item#*:}" ;;
    *) missing="$missing $item" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=no; fi
fi
if [ "$as_root" != no ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing" >&2
    log=$(mktemp)
    # shellcheck disable=SC2086  # both are lists of words
    if { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
fi
if [ "$needed" = yes ]; then
    echo "Please install these system packages first:$missing." >&2
    exit 1
fi
echo "Not installed, so what needs them is skipped:$missing." >&2
exit 0

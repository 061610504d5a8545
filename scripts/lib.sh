# shellcheck shell=bash
# Shared by the shell helpers in this folder. Source it; it changes to the project's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '==> %s\n' "$*" >&2; }
die() {
    printf 'Stopped: %s\n' "$*" >&2
    exit 1
}

# apt_install REASON PACKAGE... : installs Debian packages, saying which and why first.
# Root needs no sudo; everybody else is asked for it here and nowhere else.
apt_install() {
    local reason=$1
    shift
    command -v apt-get >/dev/null ||
        die "$reason needs: $*. There is no apt-get here; please install them by hand and try again."
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "$reason needs: $*. Run as root: apt-get install $*"
        as_root=(sudo)
        say "Installing Debian packages with sudo: $* ($reason)"
    else
        say "Installing Debian packages: $* ($reason)"
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    local log
    log=$(mktemp)
    # The lists on the machine may do; they are fetched again only if they do not.
    if ! "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
        "${apt[@]}" update </dev/null >>"$log" 2>&1 || true
        "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >>"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "apt-get could not install: $*"
        }
    fi
    rm -f "$log"
}

# port_answers HOST PORT : true when something accepts connections there.
port_answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

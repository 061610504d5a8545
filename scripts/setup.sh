#!/usr/bin/env bash
# Leaves a ready .venv with every locked requirement. Instant when nothing has changed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

venv=.venv
stamp=$venv/.rostrum-requirements
wanted=$(cat requirements/bootstrap.txt requirements/dev.txt | sha256sum | cut -d' ' -f1)

if [ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] &&
    $venv/bin/python -c 'import django' 2>/dev/null; then
    exit 0
fi

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$name" >/dev/null && usable "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    apt_install "Rostrum runs on Python 3.11 or later, and none was found" python3 python3-venv
    python=$(find_python) ||
        die "the newest Python here is $(python3 --version 2>&1); Rostrum needs 3.11 or later."
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    apt_install "a virtual environment needs Python's venv module" "python$version-venv"
fi

say "Making $venv with $("$python" --version) and the locked requirements"
rm -f $stamp
if ! $venv/bin/python -c 'import pip' 2>/dev/null; then
    "$python" -m venv --clear $venv
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
pip=("$venv/bin/python" -m pip --quiet)

# uv is quick but does not read pip's settings, so a mirror set for pip is handed on to it.
with_uv() {
    "${pip[@]}" install --require-hashes -r requirements/bootstrap.txt || return 1
    local index
    index=${PIP_INDEX_URL:-$("${pip[@]}" config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
    [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
    "$venv/bin/uv" pip install --quiet --require-hashes -r requirements/dev.txt \
        --python "$venv/bin/python"
}

if ! with_uv; then
    say "Going on with pip, which takes a little longer"
    "${pip[@]}" install --require-hashes -r requirements/dev.txt ||
        die "the requirements could not be installed; the lines above say why."
fi
echo "$wanted" >$stamp
say "Ready: $venv"

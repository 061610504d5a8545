#!/usr/bin/env bash
# Locks requirements/*.in with hashes. Nothing in the result names where packages came from.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd requirements
for name in bootstrap base dev; do
    say "Locking requirements/$name.txt"
    ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$@" \
        "$name.in" --output-file "$name.txt" >/dev/null
done

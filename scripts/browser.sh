#!/usr/bin/env bash
# The tests of the pages run in Debian's Chromium; where there is no such package (Ubuntu), in
# the one that Playwright brings.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ ! -x /usr/bin/chromium ] || exit 0
(apt_install "the browser tests run in headless Chromium" chromium) ||
    .venv/bin/playwright install --with-deps chromium

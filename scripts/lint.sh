#!/usr/bin/env bash
# Every check that needs no running of the tests. All of them run; any failure fails the whole.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

failed=()
check() {
    local name=$1
    shift
    say "$name"
    "$@" || failed+=("$name")
}
templates() {
    git -c 'safe.directory=*' ls-files -z --cached --others --exclude-standard 'templates/*.html' |
        xargs -0 -r djade --check --target-version 5.2
}

check "ruff check" ruff check --quiet .
check "ruff format" ruff format --check --quiet .
check "mypy" mypy --no-error-summary
check "djade" templates
check "import order" lint-imports --no-logo
check "bandit" bandit --quiet --recursive --configfile pyproject.toml \
    courseapp courses groups schedule submissions grading coursepage
check "django" python manage.py check --fail-level WARNING
check "migrations" python manage.py makemigrations --check --dry-run

[ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}"
say "Nothing to complain about"

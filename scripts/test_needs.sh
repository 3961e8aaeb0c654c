#!/bin/sh
# What the tests need that pip cannot bring: PostgreSQL's server and a Chromium. Installs what is missing where it
# can (as root on Debian; elsewhere Playwright's own browser), else says in one line what to install.
set -u
python=${1:-python3}

postgresql() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
chromium() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium* >/dev/null 2>&1
}
from_debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "installing $1 for the tests (once)"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1 ||
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } >/dev/null 2>&1
}

postgresql || from_debian postgresql ||
    echo "half of the service's tests are skipped without PostgreSQL; on Debian: apt-get install postgresql"
chromium || from_debian chromium || "$python" -m playwright install chromium >/dev/null 2>&1 ||
    echo "the tests in a browser are skipped without Chromium; on Debian: apt-get install chromium"
exit 0

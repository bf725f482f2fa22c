#!/bin/sh
# Installs Debian's packages that the tests start, where they are absent and we may.
wanted=""
for name in postfix swaks postgresql slapd libarchive13 chromium fonts-ipafont-gothic; do
  dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || wanted="$wanted $name"
done
# The build of Chromium without a window does the same in half the time; where Debian has none, the other one is used.
if ! command -v chromium-headless-shell >/dev/null 2>&1 && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
  wanted="$wanted chromium-headless-shell"
fi
command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm"
# Request Tracker, which the tests start with a database of their own; not every Debian has it.
for name in request-tracker5 rt5-db-sqlite rt5-standalone; do
  dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && continue
  apt-cache show "$name" >/dev/null 2>&1 && wanted="$wanted $name"
done
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
  echo "not root and no sudo without a password: tests that need$wanted are skipped"
  exit 0
fi
# Nothing of these may start as a service of the machine: the tests start their own.
$run env DEBIAN_FRONTEND=noninteractive apt-get update -qq
echo "postfix postfix/main_mailer_type select No configuration" | $run debconf-set-selections
echo "request-tracker5 request-tracker5/dbconfig-install boolean false" | $run debconf-set-selections
# shellcheck disable=SC2086
$run env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $wanted >/dev/null

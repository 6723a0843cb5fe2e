#!/bin/sh
# Sees to a chromium on a Debian machine, for the checks that need a browser. Nothing else of Bulkhead needs it.
set -e
[ -n "$CHROMIUM" ] && exit 0
command -v chromium >/dev/null && exit 0
[ "$(id -u)" = 0 ] && as_root='' || as_root=sudo
$as_root apt-get update -q
$as_root apt-get install -y -q --no-install-recommends chromium

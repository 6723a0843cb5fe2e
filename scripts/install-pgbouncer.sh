#!/bin/sh
# Sees to a pgbouncer on a Debian machine, for the checks that need one. Nothing else of Bulkhead needs it.
set -e
command -v pgbouncer >/dev/null && exit 0
[ "$(id -u)" = 0 ] && as_root='' || as_root=sudo
$as_root apt-get install -y --no-install-recommends pgbouncer
# the package starts one of its own
$as_root service pgbouncer stop 2>/dev/null || true

#!/usr/bin/env bash
# Runs the product on a PostgreSQL that is not the embedded one, over TLS: Debian's postgresql-15 (15.20 or newer) on a cluster of its
# own, which is removed at the end. Needs root and apt. The last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
version=15
bin=/usr/lib/postgresql/$version/bin
apt-get update -q >/dev/null && apt-get install -y -q "postgresql-$version" >/dev/null

home=$(mktemp -d)
chmod 755 "$home"
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
api=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
password=$(openssl rand -hex 16)
as_postgres() { su postgres -s /bin/sh -c "$1"; }
started=
finish() {
  [ -z "$started" ] || kill "$started" 2>/dev/null || true
  as_postgres "$bin/pg_ctl -D $home/data -m immediate stop" >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap finish EXIT

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$home/server.key" -out "$home/server.crt" 2>/dev/null
printf '%s' "$password" >"$home/password"
install -d -o postgres -m 700 "$home/data"
chown postgres "$home"/server.* "$home/password"
chmod 600 "$home/server.key"
as_postgres "$bin/initdb -D $home/data --auth=scram-sha-256 --username=postgres --pwfile=$home/password --encoding=UTF8 --locale=C.UTF-8" >/dev/null
as_postgres "$bin/pg_ctl -D $home/data -l $home/data/log -w -s start -o '-p $port -c listen_addresses=localhost -c unix_socket_directories= -c ssl=on -c ssl_cert_file=$home/server.crt -c ssl_key_file=$home/server.key -c max_connections=200'"
tls="sslmode=verify-full&sslrootcert=$home/server.crt"
admin="postgresql://postgres:${password}@localhost:$port/postgres?$tls"
secret=$(openssl rand -base64 32)
export SECRET_KEY="$secret"

passed=0 failed=0
check() {
  local name=$1
  shift
  # not as a condition, in which the shell goes on after a command that fails
  set +e
  (
    set -e
    "$@"
  ) >"$home/output" 2>&1
  local status=$?
  set -e
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    echo "passed: $name"
  else
    failed=$((failed + 1))
    echo "failed: $name"
    tail -n 60 "$home/output"
  fi
}
serves() {
  NODE_ENV=production DEMO=off WORKER=off METRICS_PORT=0 WORKER_METRICS_PORT=0 PORT=$api MAIL_URL=smtp://localhost:25 \
    node dist/apps/api/src/main.js >"$home/api" 2>&1 &
  started=$!
  for _ in $(seq 100); do
    if curl -sf "http://127.0.0.1:$api/health/ready" >/dev/null; then
      kill "$started" && wait "$started"
      started=
      return 0
    fi
    sleep 0.2
  done
  cat "$home/api"
  return 1
}
# Dumps as docs/backup.md says, restores on the same server under the databases' names, and compares the rows of every table.
dumps_and_restores() {
  local name database
  for name in directory eu-west-1 us-east-1; do
    database=bulkhead_cell_${name//-/_}
    [ "$name" != directory ] || database=bulkhead_directory
    "$bin/pg_dump" --enable-row-security --format=custom --data-only --schema=public --exclude-table=request_counts --file="$home/$database.dump" "$(bulkhead db-url "$name" backup)"
    rows "$database" >"$home/$database.before"
  done
  grep -q '^documents [1-9]' "$home/bulkhead_cell_eu_west_1.before"
  for database in bulkhead_directory bulkhead_cell_eu_west_1 bulkhead_cell_us_east_1; do
    "$bin/psql" -q "$admin" -c "drop database $database with (force)"
  done
  PROVISION_URL="$admin" bulkhead provision
  for database in bulkhead_directory bulkhead_cell_eu_west_1 bulkhead_cell_us_east_1; do
    "$bin/pg_restore" --data-only --disable-triggers --single-transaction --dbname="${admin/\/postgres\?/\/$database?}" "$home/$database.dump"
    rows "$database" >"$home/$database.after"
    diff "$home/$database.before" "$home/$database.after"
  done
  bulkhead doctor
}
# The number of rows, and a hash of them, of every table.
rows() {
  "$bin/psql" -qAt -F ' ' "${admin/\/postgres\?/\/$1?}" -c "select table_name, (xpath('//c/text()', x))[1]::text, (xpath('//h/text()', x))[1]::text
    from information_schema.tables t, query_to_xml(format('select count(*) as c, md5(string_agg(r::text, chr(10) order by r::text)) as h from public.%I r', t.table_name), false, true, '') x
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1"
}
bulkhead() { node dist/apps/cli/src/main.js "$@"; }

npm run -s build
"$bin/postgres" --version
export DATABASE_URL="postgresql://localhost:$port?$tls"
check 'provision' env PROVISION_URL="$admin" node dist/apps/cli/src/main.js provision
check 'provision again' env PROVISION_URL="$admin" node dist/apps/cli/src/main.js provision
check 'doctor (DATABASE_URL)' bulkhead doctor
check 'start (DATABASE_URL)' serves
check 'demo load' bulkhead demo load
check 'backup and restore' dumps_and_restores
eval "$(node scripts/given-urls.mjs)"
unset DATABASE_URL
check 'doctor (one URL a role)' bulkhead doctor
check 'start (one URL a role)' serves
check 'user list (one URL a role)' bulkhead user list
unset DIRECTORY_URL_APP DIRECTORY_URL_OWNER DIRECTORY_URL_WORKER DIRECTORY_URL_OPERATOR "${!CELL_@}"
TEST_SERVER_URL=$admin TEST_SERVER_SECRET=$secret
export TEST_SERVER_URL TEST_SERVER_SECRET
unset SECRET_KEY
check 'integration and system tests' node_modules/.bin/jest --forceExit --selectProjects integration system --maxWorkers=2
check 'isolation proof' npm run -s isolation:prove -- --quick
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

# image: database
# PostgreSQL, which root makes the folder for, and which runs as postgres.
set -eu
/usr/local/bin/entrypoint >/dev/null 2>&1 &
for try in $(seq 300); do pg_isready -q -h localhost && break; sleep 0.1; done
query() { setpriv --reuid=postgres --regid=postgres --clear-groups psql -qAt -v ON_ERROR_STOP=1 -c "$1"; }
query 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n'
[ "$(query 'SELECT sum(n) FROM t')" = 500500 ]
kill -INT $!
wait $!

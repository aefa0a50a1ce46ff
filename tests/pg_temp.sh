#!/bin/sh
# A private PostgreSQL for one test run, thrown away afterwards.
#
#   tests/pg_temp.sh CMD ARG...     starts one, runs CMD with DATABASE_URL set, stops and removes it
#   tests/pg_temp.sh --start DIR    starts the one below DIR (made where missing) and prints its URL
#   tests/pg_temp.sh --stop DIR     stops it and removes DIR
#
# It listens on a unix socket inside a folder of mode 0700 and nowhere else, so that whoever can reach it may be
# trusted. What plans depend on is set as tools/lib/cluster.sh sets it. As root the server runs as an unprivileged user
# (PG_TEMP_USER, default postgres). Flushes are off: this is for tests; PG_TEMP_FSYNC=on brings them back for measuring. Whole pages stay in the WAL all the same: the kernel may end a write of a killed
# server after half a page, and without them its rows are gone although the commit is not. PG_TEMP_OPTIONS adds server options,
# PG_TEMP_PRELOAD is a library that the server alone is loaded with.
set -eu

bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "pg_temp: no PostgreSQL server is installed" >&2; exit 77; }

# Runs a command of the server as the user who may.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u "${PG_TEMP_USER:-postgres}" -- "$@"
    else
        "$@"
    fi
}

start() { # DIR
    mkdir -p "$1"
    chmod 0700 "$1"
    [ "$(id -u)" != 0 ] || chown "${PG_TEMP_USER:-postgres}" "$1"
    [ -d "$1/data" ] || (cd / && as_server "$bin/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$1.log" 2>&1) ||
        { cat "$1.log" >&2; return 1; }
    fsync=${PG_TEMP_FSYNC:-off}
    (cd / && as_server env ${PG_TEMP_PRELOAD:+"LD_PRELOAD=$PG_TEMP_PRELOAD"} "$bin/pg_ctl" -D "$1/data" -w -s -l "$1/log" -o "-k $1 -c listen_addresses= -c fsync=$fsync \
-c max_connections=60 -c timezone=UTC -c jit=off -c max_wal_size=4GB -c random_page_cost=1.1 \
-c log_min_messages=warning -c shared_buffers=256MB ${PG_TEMP_OPTIONS:-}" start >/dev/null) || { cat "$1/log" >&2; return 1; }
    rm -f "$1.log"
    echo "postgresql:///postgres?host=$1&user=postgres"
}

stop() { # DIR
    [ -d "$1/data" ] || return 0
    (cd / && as_server "$bin/pg_ctl" -D "$1/data" -s -m immediate stop) || true
    rm -rf "$1"
}

case "${1:-}" in
--start) start "$2" ;;
--stop) stop "$2" ;;
'') sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
*)
    dir=$(mktemp -d /tmp/motcua-pg.XXXXXX)
    trap 'stop "$dir"' EXIT
    trap 'exit 130' INT TERM
    DATABASE_URL=$(start "$dir")
    PG_TEMP_DIR=$dir PG_TEMP_BIN=$bin
    export DATABASE_URL PG_TEMP_DIR PG_TEMP_BIN
    "$@"
    ;;
esac

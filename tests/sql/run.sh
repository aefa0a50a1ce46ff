#!/bin/sh
# Plays one pgTAP file against a fresh, migrated database: run.sh MOTCUAD FILE. Speaks TAP.
set -eu
if [ -z "${PG_TEMP_BIN:-}" ]; then
    exec "$(dirname "$0")/../pg_temp.sh" "$0" "$@"
fi
"$1" migrate --database "$DATABASE_URL" >/dev/null
"$PG_TEMP_BIN/psql" -X -q -v cases="$(dirname "$2")/../cases" -f "$2" "$DATABASE_URL"

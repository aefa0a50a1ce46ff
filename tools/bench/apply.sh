#!/bin/sh
# Decisions per second: the committer with N in flight, and one function per dossier under pgbench, in the same
# run on the same database. Prints each rate and its ratio to the best of the function.
#
#   tools/bench/apply.sh BUILD_DIR [DOSSIERS] [SECONDS]     default 50000 dossiers, 4 seconds a point
#
# Flushes are on; the disk's own speed of flushing decides much, so only ratios of one run mean something.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${PG_TEMP_BIN:-}" ]; then
    [ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
    exec env PG_TEMP_FSYNC=on "$here/../../tests/pg_temp.sh" "$0" "$@"
fi
build=$1 dossiers=${2:-50000} seconds=${3:-4}
psql="$PG_TEMP_BIN/psql -X -q -v ON_ERROR_STOP=1 $DATABASE_URL"

"$build/engine/daemon/motcuad" migrate --database "$DATABASE_URL" >/dev/null
out=$(mktemp)
trap 'rm -f "$out"' EXIT
ninja -C "$build" tools/bench/bench_apply >/dev/null
"$build/tools/bench/bench_apply" "$dossiers" "$seconds" | tee "$out"
$psql -c 'VACUUM ANALYZE' -f "$here/apply.sql"
for clients in 1 8 16 32; do
    rate=$("$PG_TEMP_BIN/pgbench" -n -M prepared -c "$clients" -j 2 -T "$seconds" -f /dev/stdin \
        -D last=$((dossiers - 1)) "$DATABASE_URL" <<'END' 2>/dev/null | sed -n 's/^tps = \([0-9]*\).*/\1/p'
\set place random(0, :last)
SELECT bench_transition(:place);
END
    )
    echo "function $clients $rate"
done | tee -a "$out"
echo
awk '$1 == "function" && $3 > best { best = $3 }
     $1 == "apply" { n[++k] = $2; rate[k] = $3; batch[k] = $4 }
     END { print "in flight  decisions/s  mean batch  ratio to the best of the function (" best "/s)"
           for (i = 1; i <= k; i++) printf "%9d %12d %11s %6.2f\n", n[i], rate[i], batch[i], rate[i] / best }' "$out"

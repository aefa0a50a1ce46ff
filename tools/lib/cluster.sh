# shellcheck shell=bash
# The private PostgreSQL cluster of an installation: below the data folder, on a unix socket, for one user.
# Sourced after common.sh; uses DATA, SERVICE_USER, LOG.

# cluster_socket -> the folder of the socket: DATA/run, or a short one when the path would be too long.
# A unix socket's path may take 107 bytes, its name is 15 of them.
cluster_socket()
{
    local folder=$DATA/run bytes
    bytes=$(printf '%s/.s.PGSQL.5432' "$folder" | wc -c)
    if [ "$bytes" -gt 107 ]; then
        folder=/tmp/motcua-$(printf '%s' "$DATA" | sha256sum | cut -c1-16)
    fi
    echo "$folder"
}

# cluster_url -> what the daemon connects to: peer authentication, so the name of the user is the password
cluster_url()
{
    echo "postgresql:///motcua?host=$(cluster_socket)&user=$SERVICE_USER"
}

cluster_is_running()
{
    [ -e "$DATA/pg/PG_VERSION" ] && as_service "$PG/pg_ctl" -D "$DATA/pg" status >/dev/null 2>&1
}

# cluster_psql DATABASE SQL: one statement as the owner of the cluster
cluster_psql()
{
    as_service "$PG/psql" -X -q -t -A -v ON_ERROR_STOP=1 -h "$(cluster_socket)" -U "$SERVICE_USER" -d "$1" -c "$2"
}

# What differs from PostgreSQL's defaults, and why.
cluster_settings()
{
    local memory_mb shared_mb
    memory_mb=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    shared_mb=$((memory_mb / 8))
    [ $shared_mb -ge 64 ] || shared_mb=64
    [ $shared_mb -le 1024 ] || shared_mb=1024
    cat <<END
# Written by tools/up when the cluster was made; change it freely, then tools/up --stop and tools/up.
listen_addresses = ''               # the unix socket alone
unix_socket_permissions = 0700
max_connections = 40                # a daemon takes about ten
shared_buffers = ${shared_mb}MB     # an eighth of the memory
effective_cache_size = $((memory_mb / 2))MB
max_wal_size = 2GB                  # fewer checkpoints in the morning rush
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1              # disks without a moving head
jit = off                           # our statements are short
timezone = 'UTC'                    # dates are computed in the daemon
log_timezone = 'UTC'
log_min_duration_statement = 500    # milliseconds
END
}

cluster_create()
{
    [ ! -e "$DATA/pg/PG_VERSION" ] || return 0
    say "making the database cluster in $DATA/pg"
    # A folder half made by an earlier run that was killed holds nothing yet.
    rm -rf "$DATA/pg"
    as_service "$PG/initdb" -D "$DATA/pg" -U "$SERVICE_USER" -A peer -E UTF8 --locale=C.UTF-8 --data-checksums \
        >>"$LOG" 2>&1 || return 1
    cluster_settings | as_service tee "$DATA/pg/motcua.conf" >/dev/null
    echo "include_if_exists = 'motcua.conf'" | as_service tee -a "$DATA/pg/postgresql.conf" >/dev/null
}

cluster_start()
{
    local socket
    cluster_create || die 1 "initdb failed; see $LOG"
    socket=$(cluster_socket)
    if [ "$socket" != "$DATA/run" ]; then
        say "the path of $DATA is too long for a unix socket; it is in $socket"
        as_service mkdir -p -m 0700 "$socket"
        [ "$(stat -c %U "$socket")" = "$SERVICE_USER" ] || die 1 "$socket belongs to somebody else"
    fi
    if ! cluster_is_running; then
        say "starting PostgreSQL"
        as_service "$PG/pg_ctl" -D "$DATA/pg" -w -t 120 -s -l "$DATA/log/postgres.log" -o "-k '$socket'" start \
            >>"$LOG" 2>&1 || die 1 "PostgreSQL did not start; see $DATA/log/postgres.log"
    fi
    if [ "$(cluster_psql postgres "SELECT count(*) FROM pg_database WHERE datname = 'motcua'")" = 0 ]; then
        cluster_psql postgres 'CREATE DATABASE motcua'
    fi
}

cluster_stop()
{
    cluster_is_running || return 0
    say "stopping PostgreSQL"
    as_service "$PG/pg_ctl" -D "$DATA/pg" -w -t 120 -s -m fast stop >/dev/null
}

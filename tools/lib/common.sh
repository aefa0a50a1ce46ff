# shellcheck shell=bash
# What the tools share: progress lines, root when it is needed, the user the services run as.
# The caller sets -euo pipefail and ROOT, the top folder of the clone.

STARTED_AT=$SECONDS

# say TEXT...: a progress line with the seconds since the start
say()
{
    printf '[%4d s] %s\n' $((SECONDS - STARTED_AT)) "$*"
}

# die STATUS TEXT...: the reason on standard error, and out
die()
{
    local status=$1
    shift
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit "$status"
}

# as_root COMMAND...: directly as root, by sudo otherwise
as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die 1 "this needs root, and sudo is not installed: $*"
    fi
}

# service_user -> who runs PostgreSQL and the daemon: oneself, or as root a system user of ours
service_user()
{
    if [ "$(id -u)" -ne 0 ]; then
        id -un
        return
    fi
    if ! id motcua >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --home-dir /nonexistent \
            --shell /usr/sbin/nologin --comment 'motcua one-stop daemon' motcua >/dev/null 2>&1 || {
            id -un postgres 2>/dev/null || die 1 "cannot create the system user motcua"
            return
        }
    fi
    echo motcua
}

# as_service COMMAND...: as SERVICE_USER, with nothing of root left; the working folder is /
as_service()
{
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec env -u XDG_RUNTIME_DIR HOME=/nonexistent USER="$SERVICE_USER" LOGNAME="$SERVICE_USER" \
            setpriv --reuid "$SERVICE_USER" --regid "$(id -g "$SERVICE_USER")" --clear-groups --no-new-privs "$@")
    else
        (cd / && exec "$@")
    fi
}

# as_service_forever LOG COMMAND...: in the background, out of reach of this terminal; prints its process id
as_service_forever()
{
    local log=$1
    shift
    (
        exec >>"$log" 2>&1 </dev/null
        cd /
        if [ "$(id -u)" -eq 0 ]; then
            exec setsid env -u XDG_RUNTIME_DIR HOME=/nonexistent USER="$SERVICE_USER" LOGNAME="$SERVICE_USER" \
                setpriv --reuid "$SERVICE_USER" --regid "$(id -g "$SERVICE_USER")" --clear-groups --no-new-privs "$@"
        fi
        exec setsid "$@"
    ) &
    echo $! # each exec keeps the number
    disown
}

# pg_bindir -> where the server programs of PostgreSQL 15 or newer are (psql on the path is a slow wrapper)
pg_bindir()
{
    local dir best=
    for dir in /usr/lib/postgresql/*/bin; do
        [ -x "$dir/postgres" ] && [ "$(basename "$(dirname "$dir")")" -ge 15 ] && best=$dir
    done
    [ -n "$best" ] || die 1 "PostgreSQL 15 or newer is not installed below /usr/lib/postgresql"
    echo "$best"
}

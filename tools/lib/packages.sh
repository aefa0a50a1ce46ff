# shellcheck shell=bash disable=SC2034
# What Debian 12 must have, in one place: tools/up takes the first list, tools/check all of them.
# Sourced after common.sh. Calls apt only when something is missing, so that both tools work offline.

# Builds and runs the daemon.
PACKAGES_UP=(
    gcc libc6-dev meson ninja-build pkg-config python3 openssl util-linux procps ca-certificates
    libuv1-dev libpq-dev libcjson-dev libssl-dev libpango1.0-dev libcairo2-dev libqrencode-dev
    libxlsxwriter-dev libpoppler-glib-dev libgdk-pixbuf-2.0-dev libutf8proc-dev libcurl4-openssl-dev libinih-dev fonts-liberation2
    postgresql-15 postgresql-client-15
)

# Tests, linters, readers of what we print.
PACKAGES_CHECK=(
    git libcmocka-dev clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev llvm-14 cppcheck
    shellcheck python3-jsonschema python3-numpy postgresql-15-pgtap perl poppler-utils qpdf zbar-tools curl
)

# The browser test, large: only where the repository holds one that drives a browser. Node.js from elsewhere brings
# its own npm, which Debian's would fight: what is on the path will do.
PACKAGES_BROWSER=(chromium)
command -v node >/dev/null || PACKAGES_BROWSER+=(nodejs)
command -v npm >/dev/null || PACKAGES_BROWSER+=(npm)

# packages_missing NAME... -> those not installed, one a line
packages_missing()
{
    local name status
    for name in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) || status=absent
        [ "$status" = installed ] || printf '%s\n' "$name"
    done
}

# packages_apt ARGS...: apt-get without questions, tried three times, since mirrors stutter
packages_apt()
{
    local try
    for try in 1 2 3; do
        if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
            -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" </dev/null; then
            return 0
        fi
        say "apt-get $1 failed (attempt $try of 3)"
        sleep $((try * 5))
    done
    return 1
}

# packages_ensure NAME...: installs what is missing; the output goes to the caller's
packages_ensure()
{
    local missing quiet_cluster=
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || {
        say "missing, and this is no Debian: ${missing[*]}"
        return 1
    }
    say "installing ${#missing[@]} packages: ${missing[*]}"
    packages_apt update || return 1
    # The server package starts a cluster on a TCP port by itself; ours is private, so ask it not to.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        quiet_cluster=1
    fi
    packages_apt install --no-install-recommends \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${missing[@]}" || return 1
    # The next cluster on this machine is its owner's business again.
    [ -z "$quiet_cluster" ] || as_root sed -i '/^create_main_cluster = false$/d' /etc/postgresql-common/createcluster.conf
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -eq 0 ] || {
        say "still missing: ${missing[*]}"
        return 1
    }
}

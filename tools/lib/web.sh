# shellcheck shell=bash
# The libraries of the web client, from npm into tools/web/node_modules. Sourced after common.sh and packages.sh.
# Asks the network only when something is missing, so that a clone that was built once is built offline.

# web_modules_ensure LIBRARY NPM-OPTION...: `npm ci` unless the folder of LIBRARY is there
web_modules_ensure()
{
    local library=$1
    shift
    [ ! -d "$ROOT/tools/web/node_modules/$library" ] || return 0
    # Node.js from elsewhere brings its own npm, which Debian's would fight: what is on the path will do.
    command -v node >/dev/null || packages_ensure nodejs || return 1
    command -v npm >/dev/null || packages_ensure npm || return 1
    say "fetching the libraries of the web client"
    (cd "$ROOT/tools/web" && npm ci --ignore-scripts --no-audit --no-fund "$@" </dev/null)
}

# shellcheck shell=bash
# One installation: its data folder, settings, keys, logins and daemon. Sourced after common.sh and cluster.sh;
# uses ROOT, BUILD, DATA, SERVICE_USER, LOG.

CONFIG_HEAD='; Settings of motcuad; docs/operations.md explains each. A database of your own takes the place of the private
; cluster: database = postgresql://user@host/name'

# data_choose FOLDER GIVEN -> the folder to use; GIVEN is empty for the default. As root the services run as another user, who must be able
# to reach it; below a closed home (mode 0700) that user cannot, and the default moves to /var/lib.
data_choose()
{
    local folder parent
    folder=$(readlink -m "$1")
    parent=$folder
    while [ ! -d "$parent" ]; do
        parent=$(dirname "$parent")
    done
    if ! as_service test -x "$parent"; then
        [ -z "$2" ] || die 1 "user $SERVICE_USER, who runs the services, cannot reach $folder; name another folder with --data"
        folder=/var/lib/motcua/$(printf '%s' "$ROOT" | sha256sum | cut -c1-12)
        mkdir -p "$folder"
        ln -sfn "$folder" "$ROOT/data"
    fi
    echo "$folder"
}

data_create()
{
    local name
    mkdir -p "$DATA"
    for name in "" /run /log /tls /bin /audit; do
        mkdir -p "$DATA$name"
        chmod 0700 "$DATA$name"
        [ "$(id -u)" -ne 0 ] || chown "$SERVICE_USER:" "$DATA$name"
    done
}

# config_get KEY -> its value in motcua.conf, or nothing
config_get()
{
    [ -e "$CONFIG" ] || return 0
    sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$CONFIG" | sed 's/[[:space:]]*\(;.*\)\{0,1\}$//' | tail -n 1
}

# config_set KEY VALUE: changes the line or adds it
config_set()
{
    local value
    value=$(printf '%s' "$2" | sed 's/[&|\\]/\\&/g')
    if grep -q "^[[:space:]]*$1[[:space:]]*=" "$CONFIG"; then
        sed -i "s|^[[:space:]]*$1[[:space:]]*=.*|$1 = $value|" "$CONFIG"
    else
        printf '%s = %s\n' "$1" "$2" >>"$CONFIG"
    fi
}

config_default()
{
    [ -n "$(config_get "$1")" ] || config_set "$1" "$2"
}

# config_create PORT DATABASE: settings that are there stay, but for those given on the command line
config_create()
{
    if [ ! -e "$CONFIG" ]; then
        printf '%s\n' "$CONFIG_HEAD" >"$CONFIG"
    fi
    chmod 0600 "$CONFIG"
    [ "$(id -u)" -ne 0 ] || chown "$SERVICE_USER:" "$CONFIG"
    [ -z "$2" ] || config_set database "$2"
    [ -z "$1" ] || config_set port "$1"
    ! database_is_private || config_set database "$(cluster_url)"
    config_default address 127.0.0.1
    config_default port 8443
    config_default tls_certificate "$DATA/tls/cert.pem"
    config_default tls_key "$DATA/tls/key.pem"
    config_default seal_key "$DATA/seal.key"
    config_default audit_key "$DATA/audit.key"
    config_default audit_folder "$DATA/audit"
    config_default zone +07:00
    config_default log_level info
}

# Ours is recognised by its form: no host but a socket's folder, and our database name.
database_is_private()
{
    case $(config_get database) in
    '' | 'postgresql:///motcua?host=/'*) return 0 ;;
    *) return 1 ;;
    esac
}

# A certificate for this machine alone: ECDSA P-256, no authority over others.
certificate_create()
{
    local certificate key
    certificate=$(config_get tls_certificate)
    key=$(config_get tls_key)
    [ ! -s "$certificate" ] || [ ! -s "$key" ] || return 0
    say "making a TLS certificate for localhost"
    as_service openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -sha256 -nodes -days 3650 \
        -subj "/CN=motcua on $(hostname)" -addext "subjectAltName=DNS:localhost,DNS:$(hostname),IP:127.0.0.1,IP:::1" \
        -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
        -keyout "$key" -out "$certificate" >>"$LOG" 2>&1 || die 1 "openssl could not make a certificate; see $LOG"
    chmod 0600 "$key"
}

# The key that personal values are sealed with: lost, they cannot be read again by anybody.
seal_key_create()
{
    local file
    file=$(config_get seal_key)
    [ ! -s "$file" ] || return 0
    say "making the key that seals personal data"
    as_service "$DAEMON" keygen --out "$file" >>"$LOG" 2>&1 || die 1 "the seal key could not be made; see $LOG"
}

# The key that signs the roots of days. The public part beside it is what an inspector keeps.
audit_key_create()
{
    local file
    file=$(config_get audit_key)
    [ ! -s "$file" ] || return 0
    say "making the key that signs the roots of days"
    as_service "$DAEMON" keygen --audit "$file" >>"$LOG" 2>&1 || die 1 "the audit key could not be made; see $LOG"
}

random_password()
{
    openssl rand -base64 30 | tr -dc 'a-zA-Z0-9' | cut -c1-16
}

# private_file PATH: what it reads is that file, of the service's user alone, as a whole or not at all
private_file()
{
    (umask 077 && cat >"$1.new")
    [ "$(id -u)" -ne 0 ] || chown "$SERVICE_USER:" "$1.new"
    mv "$1.new" "$1"
}

# credentials_create: the address, and the administrator; the demonstration adds its own logins. In a database that has the administrator
# already, because the file was deleted or another machine made it, nobody's password is changed. The password lies in a file until it is
# among the logins: a start that was broken off in between is gone on with.
credentials_create()
{
    local password file said demo=
    file=$DATA/run/password
    [ ! -e "$DATA/demo-wanted" ] || demo=--demo
    if [ -e "$CREDENTIALS" ]; then
        rm -f "$file"
        sed -i "s|^url .*|url $(address_url)|" "$CREDENTIALS"
        return
    fi
    password=$(head -n 1 "$file" 2>/dev/null) || true
    if [ -z "$password" ]; then
        password=$(random_password)
        printf '%s\n' "$password" | private_file "$file"
    fi
    say "making the administrator's login"
    if ! said=$(as_service "$DAEMON" bootstrap --config "$CONFIG" --login admin --password-file "$file" --keep-password $demo 2>>"$LOG"); then
        tail -n 1 "$LOG" >&2
        die 1 "the first administrator could not be made; see $LOG${demo:+; with --no-demo no demonstration is wanted}"
    fi
    if [ "$said" = kept ]; then
        say "the database has an administrator, whose password stays as it is (docs/operations.md, Logins, if nobody knows it)"
        : >"$DATA/logins-shown"
        password=
    fi
    {
        printf 'url %s\n' "$(address_url)"
        [ -z "$password" ] || printf 'login admin admin %s administrator\n' "$password"
    } | private_file "$CREDENTIALS"
    rm -f "$file"
}

address_url()
{
    local address
    address=$(config_get address)
    case $address in
    0.0.0.0 | ::) address=localhost ;;
    *:*) address="[$address]" ;;
    esac
    echo "https://$address:$(config_get port)"
}

# daemon_pid -> the daemon of this installation, if it runs; a number used again by another process is not it
daemon_pid()
{
    local pid
    [ -s "$DATA/run/motcuad.pid" ] || return 1
    pid=$(cat "$DATA/run/motcuad.pid")
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$CONFIG" || return 1
    echo "$pid"
}

daemon_is_ready()
{
    "$BUILD/tools/cli/motcua" health --data "$DATA" >>"$LOG" 2>&1
}

daemon_start()
{
    local pid deadline=$((SECONDS + 60))
    say "starting the daemon"
    (umask 077 && : >>"$DATA/log/motcuad.log")
    [ "$(id -u)" -ne 0 ] || chown "$SERVICE_USER:" "$DATA/log/motcuad.log"
    as_service_forever "$DATA/log/motcuad.log" "$DAEMON" serve --config "$CONFIG" >"$DATA/run/motcuad.pid"
    pid=$(cat "$DATA/run/motcuad.pid")
    until daemon_is_ready; do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -n 5 "$DATA/log/motcuad.log" >&2
            die 1 "the daemon ended at once; the lines above are the end of $DATA/log/motcuad.log"
        fi
        [ $SECONDS -lt $deadline ] || die 1 "the daemon is not ready after 60 s; see $DATA/log/motcuad.log"
        sleep 0.2
    done
}

daemon_stop()
{
    local pid
    pid=$(daemon_pid) || return 0
    say "stopping the daemon"
    kill -TERM "$pid"
    for _ in $(seq 300); do
        if ! kill -0 "$pid" 2>/dev/null; then
            rm -f "$DATA/run/motcuad.pid"
            return 0
        fi
        sleep 0.1
    done
    die 1 "the daemon (process $pid) still runs after 30 s"
}

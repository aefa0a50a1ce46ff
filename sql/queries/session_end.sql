-- session_end(token_hash): of a login; an API token is revoked by name
DELETE FROM session WHERE token_hash = $1::bytea AND kind <> 'token'

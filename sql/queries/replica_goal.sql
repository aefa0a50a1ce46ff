-- Asked of the server that takes writes: up to where is everything that was acknowledged? NULL where it has become a standby.
SELECT CASE WHEN NOT pg_is_in_recovery() THEN (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint END

-- Asked of a standby: has it ended being one, and up to where has it replayed? NULL of a server that is none.
SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint

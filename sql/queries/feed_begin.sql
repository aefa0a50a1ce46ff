-- feed_begin(xid, row) -> where a reader of the feed begins who comes now, and whether it may go on after the place it names
--   row  0: everything of transactions below xid was told; xid NULL: it names no place
-- A place is known while nothing after it can be missing: its row is kept, or one from before it, and no cluster but
-- this one can have given it (after a restore of a dump transactions count anew).
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS boundary,
       coalesce($1::text::xid8 <= pg_snapshot_xmin(pg_current_snapshot())
                AND CASE WHEN $2::bigint = 0 THEN EXISTS (SELECT FROM feed WHERE xid < $1::text::xid8)
                         ELSE EXISTS (SELECT FROM feed WHERE id = $2::bigint AND xid = $1::text::xid8) END, false) AS is_known

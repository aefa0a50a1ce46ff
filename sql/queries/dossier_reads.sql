-- dossier_reads(dossier, before_id, limit) -> who read a dossier, the newest first
SELECT id, at, officer_id, what, dossier_id IS NULL AS is_list, trace FROM read_log
 WHERE (dossier_id = $1::bigint OR dossier_ids @> ARRAY[$1::bigint]) AND id < $2::bigint
 ORDER BY id DESC LIMIT $3::integer

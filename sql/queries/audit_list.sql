-- audit_list(list, from, to, officers, minutes, with imports, dossiers, after_at, after_place, after_seq, limit) -> a page, newest first
SELECT r.place, r.seq, r.dossier_id, d.code, r.action, r.at, r.recorded_at, r.officer_id, r.measure, r.detail,
       (SELECT m.text FROM remark m WHERE m.id = r.remark_id AND m.forgotten_at IS NULL)
  FROM (SELECT * FROM audit_rows($1::text, $2::timestamptz, $3::timestamptz, $4::bigint[], $5::integer, $6::boolean, $7::bigint[]) a
         WHERE $8::timestamptz IS NULL OR (a.recorded_at, a.place, a.seq) < ($8::timestamptz, $9::bigint, $10::integer)
         ORDER BY a.recorded_at DESC, a.place DESC, a.seq DESC LIMIT $11::integer) r
  LEFT JOIN dossier d ON d.id = r.dossier_id
 ORDER BY r.recorded_at DESC, r.place DESC, r.seq DESC

-- deadline_page(offices, duties, windows, from, to, passed, now, today, after_at, after_id, after_kind, after_ordinal,
-- limit) -> deadlines of these offices, soonest first
-- Kinds of `duties` are shown whether passed or not, those of `windows` until they pass; `passed` NULL: either. A page
-- is found in the index alone, office by office; only its own rows are looked up.
SELECT p.dossier_id, d.code, d.case_id, p.kind, p.ordinal, x.from_at, p.due_at, p.due_on, p.is_instant, p.office_id,
       x.officer_id
  FROM (SELECT k.*, o.office_id
          FROM unnest($1::bigint[]) o (office_id)
         CROSS JOIN LATERAL (
               SELECT i.due_at, i.dossier_id, i.kind, i.ordinal, i.due_on, i.is_instant
                 FROM dossier_deadline i
                CROSS JOIN LATERAL (SELECT i.due_at < $7::timestamptz AND (i.is_instant OR i.due_on < $8::date) AS passed) s
                WHERE i.office_id = o.office_id
                  AND (i.due_at, i.dossier_id, i.kind, i.ordinal)
                      > (coalesce($9::timestamptz, '-infinity'), $10::bigint, $11::text, $12::integer)
                  AND i.due_at >= coalesce($4::timestamptz, '-infinity') AND i.due_at <= coalesce($5::timestamptz, 'infinity')
                  AND (i.kind = ANY ($2::text[]) OR (i.kind = ANY ($3::text[]) AND NOT s.passed))
                  AND ($6::boolean IS NULL OR s.passed = $6::boolean)
                ORDER BY i.due_at, i.dossier_id, i.kind, i.ordinal LIMIT $13::integer) k
         ORDER BY k.due_at, k.dossier_id, k.kind, k.ordinal LIMIT $13::integer) p
  JOIN dossier_deadline x ON x.dossier_id = p.dossier_id AND x.kind = p.kind AND x.ordinal = p.ordinal
  JOIN dossier d ON d.id = p.dossier_id
 ORDER BY p.due_at, p.dossier_id, p.kind, p.ordinal

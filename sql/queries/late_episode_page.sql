-- late_episode_page(offices, dossier code, step, open alone, after_at, after_id, after_step, limit) -> late episodes of these
-- offices, newest first
SELECT p.dossier_id, d.code, p.step, p.from_at, p.to_at, p.office_id, p.officer_id, p.calendar_days, p.working_days, p.corrected_seq
  FROM (SELECT k.*
          FROM unnest($1::bigint[]) o (office_id)
         CROSS JOIN LATERAL (
               SELECT i.* FROM late_episode i
                WHERE i.office_id = o.office_id
                  AND (i.from_at, i.dossier_id, i.step) < (coalesce($5::timestamptz, 'infinity'), $6::bigint, $7::integer)
                  AND ($2::text IS NULL OR i.dossier_id = (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $2::text))
                  AND ($3::integer IS NULL OR i.step = $3::integer)
                  AND (NOT $4::boolean OR i.to_at IS NULL)
                ORDER BY i.from_at DESC, i.dossier_id DESC, i.step DESC LIMIT $8::integer) k
         ORDER BY k.from_at DESC, k.dossier_id DESC, k.step DESC LIMIT $8::integer) p
  JOIN dossier d ON d.id = p.dossier_id
 ORDER BY p.from_at DESC, p.dossier_id DESC, p.step DESC

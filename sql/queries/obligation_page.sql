-- obligation_page(offices, state, trigger, dossier code, missing alone, now, today, after_at, after_id, after_ordinal, limit) ->
-- rows of the ledger of these offices, newest first
-- Missing: refused, or not left though its latest moment, or the promise, has passed (view_obligation() says the same).
SELECT p.dossier_id, d.code, p.ordinal, p.trigger, p.state, p.waiver, p.office_id, p.at_fault_office_id, p.owed_at, p.latest_at,
       p.letter_id, p.timing, d.due_on
  FROM (SELECT k.*
          FROM unnest($1::bigint[]) o (office_id)
         CROSS JOIN LATERAL (
               SELECT i.* FROM letter_obligation i
                WHERE i.office_id = o.office_id
                  AND (i.owed_at, i.dossier_id, i.ordinal) < (coalesce($8::timestamptz, 'infinity'), $9::bigint, $10::integer)
                  AND ($2::text IS NULL OR i.state = $2::text)
                  AND ($3::text IS NULL OR i.trigger = $3::text)
                  AND ($4::text IS NULL OR i.dossier_id = (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $4::text))
                  AND (NOT $5::boolean OR i.state = 'refused'
                       OR (i.state = 'open' AND (i.latest_at < $6::timestamptz
                           OR (i.trigger = 'lateness' AND (SELECT w.due_on FROM dossier w WHERE w.id = i.dossier_id) < $7::date))))
                ORDER BY i.owed_at DESC, i.dossier_id DESC, i.ordinal DESC LIMIT $11::integer) k
         ORDER BY k.owed_at DESC, k.dossier_id DESC, k.ordinal DESC LIMIT $11::integer) p
  JOIN dossier d ON d.id = p.dossier_id
 ORDER BY p.owed_at DESC, p.dossier_id DESC, p.ordinal DESC

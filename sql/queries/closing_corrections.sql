-- closing_corrections(from, to, state_at, known_at, now, offices, limit) -> dossiers that form II.06a of the period counts otherwise as known now
-- than as known at known_at: code, when the engine learned it first, and where it was counted and is (office, field, columns; NULL: nowhere)
-- Only dossiers with a fact about the time before state_at that was learned, or unlearned, after known_at are looked at.
WITH learned AS MATERIALIZED (
    SELECT f.dossier_id, min(x.at) AS learned_at
      FROM dossier_fact f, LATERAL (VALUES (CASE WHEN f.valid_from <= $3::timestamptz THEN f.known_from END),
                                           (CASE WHEN f.valid_from <= $3::timestamptz AND f.known_to < 'infinity' THEN f.known_to END),
                                           (CASE WHEN f.valid_to <= $3::timestamptz THEN f.valid_to_known_at END)) x (at)
     WHERE x.at > $4::timestamptz AND x.at <= $5::timestamptz
     GROUP BY f.dossier_id),
placed AS (
    SELECT k.is_now, f.dossier_id, f.office_id, f.field_id,
           CASE WHEN f.received_on < $1::date THEN 'carried_over' WHEN f.channel = 2 THEN 'online' ELSE 'direct' END AS came,
           CASE WHEN f.ended_on IS NOT NULL THEN f.judgement
                WHEN CASE WHEN f.is_waiting THEN f.was_overdue_before_wait
                          WHEN f.due_at IS NULL THEN false
                          WHEN f.due_is_instant THEN $3::timestamptz > f.due_at
                          ELSE $2::date > f.due_on END THEN 'open_overdue'
                ELSE 'open_in_time' END AS went
      FROM learned l JOIN dossier_fact f ON f.dossier_id = l.dossier_id,
           (VALUES (false, $4::timestamptz), (true, $5::timestamptz)) k (is_now, at)
     WHERE f.valid_from <= $3::timestamptz AND f.known_from <= k.at AND k.at < f.known_to
       AND ($3::timestamptz < f.valid_to OR k.at < f.valid_to_known_at)
       AND (f.ended_on IS NULL OR f.ended_on >= $1::date) AND f.received_on <= $2::date AND f.office_id = ANY ($6::bigint[]))
SELECT d.code, l.learned_at, a.office_id, a.field_id, a.came, a.went, b.office_id, b.field_id, b.came, b.went
  FROM learned l JOIN dossier d ON d.id = l.dossier_id
  LEFT JOIN placed a ON a.dossier_id = l.dossier_id AND NOT a.is_now
  LEFT JOIN placed b ON b.dossier_id = l.dossier_id AND b.is_now
 WHERE (a.office_id, a.field_id, a.came, a.went) IS DISTINCT FROM (b.office_id, b.field_id, b.came, b.went)
 ORDER BY l.learned_at, d.id LIMIT $7::integer

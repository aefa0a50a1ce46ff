-- sweep_due(offices, competent offices, from, until, after_at, after_id, limit) -> open dossiers that fall due on the day of
-- their competent office, those of `offices` (NULL: all) alone, by promise. Found by the index of the supervising offices.
SELECT d.id, d.code, d.case_id, d.competent_office_id, d.holder_office_id, d.holder_officer_id, d.due_at, d.warning,
       d.verdict, d.at_fault_office_id, d.letter_state, l.id AS letter_id, l.latest_at, l.reappointed_at
  FROM office s
 CROSS JOIN LATERAL (
       SELECT * FROM dossier x
        WHERE x.supervising_office_id = s.id AND x.ended_at IS NULL
          AND x.due_at >= (SELECT min(f) FROM unnest($3::timestamptz[]) f)
          AND x.due_at < (SELECT max(u) FROM unnest($4::timestamptz[]) u)
          AND (x.due_at, x.id) > ($5::timestamptz, $6::bigint) OFFSET 0) d
  JOIN unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[]) o (office_id, from_at, until_at)
    ON o.office_id = d.competent_office_id AND d.due_at >= o.from_at AND d.due_at < o.until_at
  LEFT JOIN LATERAL (SELECT * FROM letter y WHERE y.dossier_id = d.id ORDER BY y.id DESC LIMIT 1) l ON true
 WHERE NOT d.is_mistake
   AND dossier_is_of(d, $1::bigint[])
 ORDER BY d.due_at, d.id LIMIT $7::integer

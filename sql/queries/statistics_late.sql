-- statistics_late(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, limit,
-- officer, places)
-- -> the dossiers of columns (10) and (13) of statistics_ii06a, by id, with what a list of late dossiers says of them
-- Which dossiers, their dates, verdict and letter's timing are as of state_at, known at known_at; state, persons, cause and letter as
-- they stand now. handler_id: who holds it, else who last brought it on.
SELECT f.dossier_id, d.code, f.office_id, f.field_id, f.procedure_id, f.channel, coalesce(d.submitted_at, f.received_at) AS filed_at,
       f.received_at, f.due_at, f.due_on, f.ended_at, f.ended_on, f.verdict, f.at_fault_office_id, f.letter_timing, d.state, d.cause, v.name,
       (SELECT e.actor_id FROM event e WHERE e.dossier_id = f.dossier_id AND e.action = 'accept' ORDER BY e.seq LIMIT 1) AS receiver_id,
       coalesce(d.holder_officer_id, (SELECT e.actor_id FROM event e WHERE e.dossier_id = f.dossier_id AND e.actor_id <> 0
                                         AND e.action IN ('forward', 'decide', 'hand_over_result') ORDER BY e.seq DESC LIMIT 1)) AS handler_id,
       l.number, l.register_symbol, l.issued_at, l.state AS letter_state, o.state AS obligation_state, o.waiver
  FROM (SELECT x.*, x.outcome IN ('stopped', 'withdrawn', 'closed', 'forced') AS is_stopped,
               CASE WHEN x.is_waiting THEN x.was_overdue_before_wait
                    WHEN x.due_at IS NULL THEN false
                    WHEN x.due_is_instant THEN $3::timestamptz > x.due_at
                    ELSE $4::date > x.due_on END AS is_overdue
          FROM (SELECT * FROM dossier_fact s
                 WHERE s.known_to = 'infinity' AND s.dossier_id > $10::bigint AND s.dossier_id <= $11::bigint
                UNION ALL
                SELECT * FROM dossier_fact s
                 WHERE s.known_to <> 'infinity' AND s.dossier_id > $10::bigint AND s.dossier_id <= $11::bigint) x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))) f
  JOIN dossier d ON d.id = f.dossier_id
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
  LEFT JOIN LATERAL (SELECT i.number, i.register_symbol, i.issued_at, i.state FROM letter i
                      WHERE i.dossier_id = f.dossier_id AND i.trigger = 'lateness' ORDER BY i.id DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT i.state, i.waiver FROM letter_obligation i
                      WHERE i.dossier_id = f.dossier_id AND i.trigger = 'lateness' ORDER BY i.ordinal DESC LIMIT 1) o ON true
 WHERE ((f.ended_on IS NOT NULL AND f.judgement = 'late') OR (f.ended_on IS NULL AND f.is_overdue))
   AND (($13::bigint IS NULL AND $14::bigint[] IS NULL) OR EXISTS (
           SELECT FROM stay s WHERE s.dossier_id = f.dossier_id AND s.entered_at <= $3::timestamptz
              AND s.known_from <= $5::timestamptz AND $5::timestamptz < s.known_to
              AND (s.is_last OR $3::timestamptz < s.left_at OR $5::timestamptz < s.left_known_at)
              AND ($13::bigint IS NULL OR coalesce(s.officer_id, 0) = $13::bigint)
              AND ($14::bigint[] IS NULL OR CASE WHEN s.step > 0 AND s.case_id IS NOT NULL THEN s.case_id * 100 + s.step ELSE 0 END = ANY ($14::bigint[]))))
 ORDER BY f.dossier_id LIMIT $12::integer

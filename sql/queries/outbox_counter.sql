-- outbox_counter(now, look again at, n) -> what is to be told by hand and was not looked at lately, with the states it follows from
WITH due AS (
    UPDATE outbox SET not_before = $2::timestamptz
     WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND channel = 'counter' AND not_before <= $1::timestamptz
                   ORDER BY (kind <> 'letter'), not_before, id LIMIT $3::integer FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, dossier_id, letter_id, payload
)
SELECT u.id, u.kind, d.state, l.state AS letter_state, a.state AS addressee_state
  FROM due u JOIN dossier d ON d.id = u.dossier_id
  LEFT JOIN letter l ON l.id = u.letter_id
  LEFT JOIN letter_addressee a ON a.letter_id = u.letter_id AND a.ordinal = (u.payload::jsonb ->> 'addressee')::integer

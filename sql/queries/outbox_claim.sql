-- outbox_claim(channel, now, lease_until, n) -> what is to go out by this way now, leased, with everything its words need
-- is_shared: the number belongs to somebody else in the register too, by another name or another identity.
-- While keys change it cannot be told, for equal numbers under two keys have two indexes: then every number counts as shared.
WITH next AS (
    SELECT id FROM outbox
     WHERE state = 'waiting' AND channel = $1::text AND not_before <= $2::timestamptz
       AND coalesce(lease_until, '-infinity') < $2::timestamptz
     ORDER BY (kind <> 'letter'), not_before, id LIMIT $4::integer FOR UPDATE SKIP LOCKED
), mine AS (
    UPDATE outbox o SET lease_until = $3::timestamptz, fence = o.fence + 1 FROM next n WHERE o.id = n.id
    RETURNING o.id, o.fence, o.kind, o.attempts, o.letter_id, o.dossier_id, o.payload::jsonb AS p
)
SELECT m.id, m.fence, m.kind, m.attempts, m.letter_id, m.p ->> 'from' AS "from", m.p ->> 'to' AS "to", r.text AS what,
       d.code, d.state, d.due_is_instant, d.supervising_office_id, d.case_id, v.email, v.phone,
       v.phone_index IS NOT NULL AND ((SELECT count(*) > 1 FROM seal_key) OR EXISTS (
           SELECT FROM person_version x
            WHERE x.phone_index = v.phone_index AND x.person_id <> v.person_id
              AND (x.name_folded <> v.name_folded OR x.identity_index <> v.identity_index)
              AND NOT EXISTS (SELECT FROM person_version y WHERE y.person_id = x.person_id AND y.version > x.version))) AS is_shared,
       l.state AS letter_state, coalesce(w.sha256, l.blob_sha256) AS blob_sha256, m.dossier_id, l.reappointed_at, a.state AS addressee_state,
       (SELECT count(*) FROM event e WHERE e.dossier_id = m.dossier_id AND e.action = 'renew_secret')::integer AS secrets_renewed
  FROM mine m JOIN dossier d ON d.id = m.dossier_id
  LEFT JOIN LATERAL (SELECT * FROM person_version WHERE person_id = (m.p ->> 'person')::bigint
                      ORDER BY version DESC LIMIT 1) v ON true
  LEFT JOIN remark r ON r.id = (m.p ->> 'remark')::bigint
  LEFT JOIN letter l ON l.id = m.letter_id
  LEFT JOIN LATERAL (SELECT x.sha256 FROM letter_revision x WHERE x.letter_id = l.id ORDER BY x.ordinal DESC LIMIT 1) w ON true
  LEFT JOIN letter_addressee a ON a.letter_id = m.letter_id AND a.ordinal = (m.p ->> 'addressee')::integer
 ORDER BY m.id

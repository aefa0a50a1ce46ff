-- A message as a reader sees it: with its addressee, its dossier and what its words name.
CREATE OR REPLACE VIEW outbox_view AS
SELECT o.id, o.kind, o.state, o.channel, d.code, o.letter_id, v.name, p ->> 'from' AS "from", p ->> 'to' AS "to",
       (p ->> 'change')::bigint AS change, r.text AS what, o.attempts, o.not_before, o.error, o.reason, o.changed_by,
       o.recorded_at, o.changed_at, d.state AS dossier_state, d.due_is_instant, d.supervising_office_id, d.case_id,
       l.reappointed_at, o.dossier_id
  FROM outbox o CROSS JOIN LATERAL (SELECT CASE WHEN o.payload <> '' THEN o.payload::jsonb END AS p) x
  JOIN dossier d ON d.id = o.dossier_id
  LEFT JOIN person_version v ON v.person_id = (p ->> 'person')::bigint AND v.version = (p ->> 'person_version')::integer
  LEFT JOIN remark r ON r.id = (p ->> 'remark')::bigint
  LEFT JOIN letter l ON l.id = o.letter_id;

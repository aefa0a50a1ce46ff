-- verify_closings(after_office, after_ordinal) -> the next snapshot, by office and its place in the chain; whether a calendar was edited since
SELECT s.closing_id, s.version, s.office_id, s.ordinal, s.as_of, s.known_at, s.content, encode(s.sha256, 'hex'), encode(s.previous_sha256, 'hex'),
       c.from_on, c.to_on,
       EXISTS (SELECT FROM reference_change r WHERE r.kind IN ('calendar', 'office') AND r.recorded_at > s.known_at) AS is_calendar_edited
  FROM closing_snapshot s JOIN closing c ON c.id = s.closing_id
 WHERE (s.office_id, s.ordinal) > ($1::bigint, $2::bigint)
 ORDER BY s.office_id, s.ordinal LIMIT 1

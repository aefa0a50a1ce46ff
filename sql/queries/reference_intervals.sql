-- reference_intervals() -> declared objective intervals in force, by id; lists as text, separated by commas
SELECT id, kind, from_at, to_at, array_to_string(offices, ','), array_to_string(procedures, ','), array_to_string(steps, ','),
       coalesce(dossier_id, 0), evidence
  FROM objective_interval WHERE withdrawn_at IS NULL ORDER BY id

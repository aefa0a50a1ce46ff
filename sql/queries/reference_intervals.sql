-- reference_intervals() -> declared objective intervals in force, by id
SELECT id, kind, from_at, to_at, coalesce(office_id, 0), coalesce(procedure_id, 0), coalesce(dossier_id, 0), evidence
  FROM objective_interval WHERE withdrawn_at IS NULL ORDER BY id

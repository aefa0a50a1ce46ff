-- reference_intervals() -> declared objective intervals in force, by id
-- The procedure is its key: an interval declared under one version concerns every version.
SELECT o.id, o.kind, o.from_at, o.to_at, coalesce(o.office_id, 0), coalesce(v.key, ''), coalesce(o.dossier_id, 0), o.evidence
  FROM objective_interval o LEFT JOIN procedure_version v ON v.id = o.procedure_id
 WHERE o.withdrawn_at IS NULL ORDER BY o.id

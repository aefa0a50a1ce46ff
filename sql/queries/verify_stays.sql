-- verify_stays(after, to) -> the live stays of a range of dossiers, and since when each is as it is
SELECT dossier_id, entered_at, nullif(left_at, 'infinity') AS left_at, case_id, step, office_id, officer_id, is_last, is_waiting, is_over,
       budget_minutes, used_minutes, (extract(epoch FROM greatest(known_from, left_known_at)) * 1000000)::bigint AS known_us
  FROM stay WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint AND known_to = 'infinity' ORDER BY dossier_id, entered_at

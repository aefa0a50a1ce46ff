-- verify_episodes(after, to) -> the late episodes of a range of dossiers
SELECT dossier_id, step, from_at, to_at, office_id, officer_id, calendar_days, working_days, corrected_seq,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us
  FROM late_episode
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, step, from_at

-- deadlines_follow(epoch, dossiers, deadlines): what is cached of these dossiers, computed on this epoch
SELECT is_current, n_changed, n_missed
  FROM deadlines_follow($1::bigint, $2::follow_dossier[], $3::apply_deadline[])

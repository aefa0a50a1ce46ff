-- backlog_page(offices, sign, is_proposed, now, today, overdue_days, idle_days, result_days, import_days, after_id, limit)
-- -> open dossiers that are probably finished, by id, with the signs of it (words, parted by blanks)
-- Also those proposed to be closed by force, whatever their signs by now. Days are calendar days; 0 turns a sign off. Nothing
-- happens on a dossier while only the engine writes events, or somebody proposes to close it. `stale` is a deadline of dossiers
-- sent back where the ruleset allows no closing after silence.
SELECT s.id, s.code, s.version, s.case_id, s.state, s.competent_office_id, s.supervising_office_id, s.filed_office_id,
       s.holder_office_id, s.holder_officer_id, s.received_at, s.due_at, s.due_on, s.touched_at, s.signs, s.proposed_seq, e.bytes
  FROM (SELECT d.*, t.at AS touched_at, concat_ws(' ',
                   CASE WHEN $6::integer > 0 AND NOT d.is_waiting AND d.due_on < $5::date - $6::integer
                         AND t.at < $4::timestamptz - $7::integer * interval '1 day' THEN 'overdue_idle' END,
                   CASE WHEN $8::integer > 0 AND d.state = 'decided'
                         AND d.decided_at < $4::timestamptz - $8::integer * interval '1 day' THEN 'result_waiting' END,
                   CASE WHEN $8::integer > 0 AND d.state IN ('received', 'processing') AND EXISTS (
                             SELECT FROM attachment a WHERE a.dossier_id = d.id AND a.purpose = 'result' AND a.detached_at IS NULL
                                AND a.attached_at < $4::timestamptz - $8::integer * interval '1 day') THEN 'result_attached' END,
                   CASE WHEN d.state = 'awaiting_supplement' AND EXISTS (
                             SELECT FROM dossier_deadline x WHERE x.dossier_id = d.id AND x.kind = 'stale' AND x.due_at < $4::timestamptz)
                        THEN 'stale_supplement' END,
                   CASE WHEN $9::integer > 0 AND d.is_imported AND t.at < $4::timestamptz - $9::integer * interval '1 day'
                         AND NOT EXISTS (SELECT FROM event x WHERE x.dossier_id = d.id AND x.actor_id <> 0 AND x.action NOT IN
                             ('history_received', 'history_activity', 'history_ended', 'adopt', 'propose_close', 'refuse_close')) THEN 'import_untouched' END) AS signs
          FROM dossier d
         CROSS JOIN LATERAL (SELECT coalesce(max(x.at), d.received_at) AS at FROM event x WHERE x.dossier_id = d.id AND x.actor_id <> 0
                                AND x.action NOT IN ('propose_close', 'refuse_close') OFFSET 0) t
         WHERE d.ended_at IS NULL AND d.received_at IS NOT NULL AND NOT d.is_mistake AND d.id > $10::bigint
           AND ($1::bigint[] IS NULL OR d.competent_office_id = ANY ($1::bigint[]) OR d.supervising_office_id = ANY ($1::bigint[])
                OR d.holder_office_id = ANY ($1::bigint[]))
           AND ($3::boolean IS NULL OR (d.proposed_seq IS NOT NULL) = $3::boolean)) s
  LEFT JOIN event e ON e.dossier_id = s.id AND e.seq = s.proposed_seq
 WHERE (s.signs <> '' OR s.proposed_seq IS NOT NULL) AND ($2::text IS NULL OR $2::text = ANY (string_to_array(s.signs, ' ')))
 ORDER BY s.id LIMIT $11::integer

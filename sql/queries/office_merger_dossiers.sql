-- office_merger_dossiers(offices, after, limit, change) -> dossiers that rest with one of these offices, by id
-- Open ones and results not yet returned; ended ones whose letter is still to be written; and open ones that asked anybody
-- for an opinion, which only their events tell of whom. Who is looked at and does not concern it is passed over.
-- change: the first edit of the merger; also what its job has passed over already, so that a chunk begun again is the same.
SELECT d.id, d.code FROM dossier d
 WHERE d.id > $2::bigint AND NOT d.is_mistake
   AND (((d.ended_at IS NULL OR d.state = 'done') AND (d.supervising_office_id = ANY ($1::bigint[])
         OR d.competent_office_id = ANY ($1::bigint[]) OR d.holder_office_id = ANY ($1::bigint[])
         OR d.pending_office_id = ANY ($1::bigint[])))
     OR (d.ended_at IS NOT NULL AND d.competent_office_id = ANY ($1::bigint[])
         AND (d.next_alarm_at IS NOT NULL OR d.letter_state IN ('drafted', 'signed', 'numbered', 'issued')))
     OR (d.ended_at IS NULL AND EXISTS (SELECT FROM event e WHERE e.dossier_id = d.id AND e.action = 'ask_opinion'))
     OR ($4::bigint IS NOT NULL
         AND d.last_recorded_at >= (SELECT c.recorded_at FROM reference_change c WHERE c.id = $4::bigint)
         AND EXISTS (SELECT FROM event e WHERE e.dossier_id = d.id AND e.action = 'succeed_office')))
 ORDER BY d.id LIMIT $3::integer

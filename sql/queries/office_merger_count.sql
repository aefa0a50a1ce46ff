-- office_merger_count(offices) -> how many dossiers rest with one of these offices
SELECT count(*) FROM dossier d
 WHERE NOT d.is_mistake
   AND (((d.ended_at IS NULL OR d.state = 'done') AND (d.supervising_office_id = ANY ($1::bigint[])
         OR d.competent_office_id = ANY ($1::bigint[]) OR d.holder_office_id = ANY ($1::bigint[])
         OR d.pending_office_id = ANY ($1::bigint[])))
     OR (d.ended_at IS NOT NULL AND d.competent_office_id = ANY ($1::bigint[])
         AND (d.next_alarm_at IS NOT NULL OR d.letter_state IN ('drafted', 'signed', 'numbered', 'issued'))))

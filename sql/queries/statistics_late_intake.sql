-- statistics_late_intake(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, limit)
-- -> online filings that were answered from the first day of the period on, or were not answered at state_at, by id, with the way they took
-- way: "submit 1659317400000000 accept 1659320000000000 ..." in order, up to their acceptance, as it was known at known_at; when a round
-- of it was answered too late is for the calendar to say (engine/flow/statistics_late_intake.c). The office is the one-stop unit, whose
-- duty it is. State and persons as they stand now. ($2, $4, $9 give the period and channel of other lists.)
SELECT d.id, d.code, d.supervising_office_id, d.field_id, d.procedure_id, d.state, v.name, w.way, d.competent_office_id
  FROM dossier d
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 CROSS JOIN LATERAL (
       SELECT string_agg(e.action || ' ' || (extract(epoch FROM e.at) * 1000000)::bigint || ' ' || e.actor_id, ' ' ORDER BY e.seq) AS way
         FROM event_ever e
        WHERE e.dossier_id = d.id AND e.at <= $3::timestamptz AND e.recorded_at <= $5::timestamptz
          AND e.action IN ('submit', 'receive_supplement', 'accept', 'refuse', 'request_supplement', 'request_withdrawal', 'close',
                           'close_mistake')) w
 WHERE d.id > $10::bigint AND d.id <= $11::bigint
   AND d.channel = 2 AND NOT d.is_mistake AND d.submitted_at <= $3::timestamptz
   AND (d.received_on IS NULL OR d.received_on >= $1::date) AND (d.ended_on IS NULL OR d.ended_on >= $1::date)
   AND ($2::date IS NOT NULL AND $4::date IS NOT NULL) AND ($9::smallint IS NULL OR d.channel = $9::smallint)
   AND ($6::bigint[] IS NULL OR d.supervising_office_id = ANY ($6::bigint[]))
   AND ($7::bigint IS NULL OR coalesce(d.field_id, 0) = $7::bigint)
   AND ($8::bigint[] IS NULL OR d.procedure_id = ANY ($8::bigint[]))
 ORDER BY d.id LIMIT $12::integer

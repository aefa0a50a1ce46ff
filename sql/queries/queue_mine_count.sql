-- queue_mine_count: how many queue_mine has, with the same parameters; where a page begins and how long it is does not matter
SELECT count(*) FROM dossier d
 WHERE NOT d.is_mistake
   AND d.ended_at IS NULL AND d.holder_office_id = ANY ($1::bigint[])
   AND (d.holder_officer_id = $2::bigint OR d.pending_officer_id = $2::bigint
        OR EXISTS (SELECT FROM unnest($18::bigint[], $19::bigint[]) AS s (officer, office)
                    WHERE (s.officer, s.office) IN ((d.holder_officer_id, d.holder_office_id), (d.pending_officer_id, d.pending_office_id)))
        OR (d.holder_office_id = ANY ($20::bigint[])
            AND NOT EXISTS (SELECT FROM officer_role x JOIN officer o ON o.id = x.officer_id
                             WHERE x.officer_id = d.holder_officer_id AND x.office_id = d.holder_office_id AND x.ended_on IS NULL AND o.valid_to IS NULL)))
   AND ($3::text IS NULL OR d.state = $3::text)
   AND ($4::text IS NULL OR warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $17::timestamptz) = $4::text)
   AND ($5::bigint IS NULL OR d.case_id = $5::bigint)
   AND ($6::bigint IS NULL OR d.field_id = $6::bigint)
   AND ($7::smallint IS NULL OR d.channel = $7::smallint)
   AND ($8::date IS NULL OR d.due_on <= $8::date)
   AND ($12::text IS NULL OR d.judgement = $12::text)
   AND ($13::text IS NULL OR d.source = $13::text)
   AND ($14::date IS NULL OR d.due_on >= $14::date)
   AND ($15::date IS NULL OR d.received_on >= $15::date)
   AND ($16::date IS NULL OR d.received_on <= $16::date)
   AND ($9::timestamptz, $10::bigint, $11::integer) IS NOT NULL

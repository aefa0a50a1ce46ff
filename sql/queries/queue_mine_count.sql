-- queue_mine_count: how many queue_mine has, with the same parameters; where a page begins and how long it is does not matter
SELECT count(*) FROM dossier d
 WHERE d.ended_at IS NULL AND d.holder_office_id = ANY ($1::bigint[])
   AND (d.holder_officer_id = $2::bigint OR d.pending_officer_id = $2::bigint
        OR EXISTS (SELECT FROM unnest($18::bigint[], $19::bigint[]) AS s (officer, office)
                    WHERE (s.officer, s.office) IN ((d.holder_officer_id, d.holder_office_id), (d.pending_officer_id, d.pending_office_id)))
        OR (d.holder_office_id = ANY ($20::bigint[])
            AND NOT EXISTS (SELECT FROM officer_role x JOIN officer o ON o.id = x.officer_id
                             WHERE x.officer_id = d.holder_officer_id AND x.office_id = d.holder_office_id AND x.ended_on IS NULL AND o.valid_to IS NULL)))
   AND queue_passes(d, NULL, $3::text, $4::text, $5::bigint, $6::bigint, $7::smallint, $8::date, $12::text, $13::text, $14::date,
                    $15::date, $16::date, $17::timestamptz)
   AND ($9::timestamptz, $10::bigint, $11::integer) IS NOT NULL

-- statistics_late(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, limit,
-- officer, places)
-- -> the dossiers of columns (10) and (13) of statistics_ii06a, by id, with what a list of late dossiers says of them
-- All as of state_at, as known at known_at: what facts do not know is read off `events`, the bytes of those that were known, by seq.
-- The applicant's name is that of now; the symbol of a letter's register never changes.
-- planned by values
SELECT f.dossier_id, d.code, f.office_id, f.field_id, f.procedure_id, f.channel, f.received_at, f.due_at, f.due_on, f.ended_at, f.ended_on,
       f.verdict, f.at_fault_office_id, f.letter_timing, v.name,
       ARRAY(SELECT e.bytes FROM event_ever e WHERE e.dossier_id = f.dossier_id AND e.recorded_at <= $5::timestamptz ORDER BY e.seq) AS events,
       l.ids AS letter_ids, l.symbols AS letter_symbols
  FROM (SELECT f.*
          FROM dossier_facts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                             $10::bigint, $11::bigint) f
         WHERE ((f.ended_on IS NOT NULL AND f.judgement = 'late') OR f.is_overdue)
           AND (($13::bigint IS NULL AND $14::bigint[] IS NULL) OR EXISTS (
                   SELECT FROM stays_of(f.dossier_id, $3::timestamptz, $5::timestamptz) s
                    WHERE ($13::bigint IS NULL OR coalesce(s.officer_id, 0) = $13::bigint)
                      AND ($14::bigint[] IS NULL OR s.place = ANY ($14::bigint[]))))
         ORDER BY f.dossier_id LIMIT $12::integer) f
 CROSS JOIN LATERAL (SELECT d.code, d.applicant_id, d.applicant_version FROM dossier d WHERE d.id = f.dossier_id OFFSET 0) d -- by its key
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
  LEFT JOIN LATERAL (SELECT array_agg(i.id ORDER BY i.id) AS ids, array_agg(i.register_symbol ORDER BY i.id) AS symbols FROM letter i
                      WHERE i.dossier_id = f.dossier_id AND i.trigger = 'lateness') l ON true
 ORDER BY f.dossier_id

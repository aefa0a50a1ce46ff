-- evidence_letters(dossiers) -> the newest letter about the delay of each, with its paper, its size, and what became of it on the way
-- delivery: "counter delivered 2022-08-20 17:00 proof; ..." one for each addressee; the paper as it was certified last.
SELECT l.dossier_id, l.id, l.number, l.register_symbol, l.issued_at, l.state, coalesce(v.sha256, l.blob_sha256) AS sha256, b.size,
       (SELECT string_agg(concat_ws(' ', a.delivery, a.state, to_char(a.changed_at AT TIME ZONE make_interval(secs => (SELECT zone_s FROM setting)), 'YYYY-MM-DD HH24:MI'),
                                    nullif(a.proof, '')), '; ' ORDER BY a.ordinal)
          FROM letter_addressee a WHERE a.letter_id = l.id) AS delivery
  FROM unnest($1::bigint[]) o (dossier_id)
 CROSS JOIN LATERAL (SELECT i.* FROM letter i WHERE i.dossier_id = o.dossier_id AND i.trigger = 'lateness' ORDER BY i.id DESC LIMIT 1) l
  LEFT JOIN LATERAL (SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1) v ON true
  LEFT JOIN blob b ON b.sha256 = coalesce(v.sha256, l.blob_sha256) AND b.is_complete

-- feed_page(xid, row, ordinal, limit, now) -> what was committed after a place, with the dossiers as they stand
-- At least one row: the boundary below which no transaction is under way any more, as one snapshot has it. Whoever reads
-- rows below the boundary of the snapshot they are read in, by transaction, misses none that commits out of its order.
WITH place AS (
    SELECT f.xid, f.id, u.ordinal, u.dossier_id, u.holder_before, u.pending_before
      FROM feed f CROSS JOIN LATERAL unnest(f.dossier_ids, f.holders_before, f.pendings_before)
           WITH ORDINALITY u (dossier_id, holder_before, pending_before, ordinal)
     WHERE (f.xid, f.id) >= ($1::text::xid8, $2::bigint) AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
       AND (f.xid, f.id, u.ordinal) > ($1::text::xid8, $2::bigint, $3::bigint)
     ORDER BY f.xid, f.id, u.ordinal LIMIT $4::integer
)
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS boundary, s.epoch, s.deadlines_epoch, s.clock_offset_us,
       p.xid::text, p.id, p.ordinal, p.holder_before, p.pending_before,
       d.id AS dossier_id, d.version, d.code, d.state, d.case_id, d.step, d.holder_office_id, d.holder_officer_id,
       d.pending_office_id, d.pending_officer_id, d.supervising_office_id, d.competent_office_id, d.filed_office_id,
       d.due_at, d.due_is_instant, d.ended_at,
       warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $5::timestamptz) AS warning,
       d.risk_at, d.certain_at, d.late_at, d.judgement, d.letter_state, d.is_mistake,
       ARRAY(SELECT o.office_id FROM dossier_deadline o WHERE o.dossier_id = d.id AND o.kind = 'opinion') AS asked
  FROM setting s LEFT JOIN place p ON true LEFT JOIN dossier d ON d.id = p.dossier_id
 ORDER BY p.xid, p.id, p.ordinal

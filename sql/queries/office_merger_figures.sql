-- office_merger_figures(offices, effective_on) -> per office what passes over, in the order of the array
-- open: the row of II.06a that is carried over, and how much of it is overdue on the day; held, pending, to_return: work
-- lists; letters by state; registers with their last number.
SELECT u.id,
       (SELECT count(*) FROM dossier d WHERE d.competent_office_id = u.id AND d.ended_at IS NULL AND d.received_at IS NOT NULL) AS open,
       (SELECT count(*) FROM dossier d WHERE d.competent_office_id = u.id AND d.ended_at IS NULL AND d.received_at IS NOT NULL
           AND NOT d.is_waiting AND d.due_on < $2::date) AS overdue,
       (SELECT count(*) FROM dossier d WHERE d.holder_office_id = u.id AND d.ended_at IS NULL) AS held,
       (SELECT count(*) FROM dossier d WHERE d.pending_office_id = u.id) AS pending,
       (SELECT count(*) FROM dossier d WHERE d.supervising_office_id = u.id AND d.state = 'done') AS to_return,
       (SELECT count(*) FROM letter l WHERE l.author_office_id = u.id AND l.state = 'drafted') AS drafted,
       (SELECT count(*) FROM letter l WHERE l.author_office_id = u.id AND l.state = 'signed') AS signed,
       (SELECT count(*) FROM letter l WHERE l.author_office_id = u.id AND l.state = 'numbered') AS numbered,
       (SELECT coalesce(string_agg(g.year || ' ' || g.symbol || ': ' || g.last, '; ' ORDER BY g.year, g.symbol), '')
          FROM register g WHERE g.office_id = u.id AND g.closed_on IS NULL) AS registers
  FROM unnest($1::bigint[]) WITH ORDINALITY u (id, o) ORDER BY u.o

-- verify_registers() -> each register with what it gave: numbers after began_after up to last, one entry and one letter, paper or slip for each
SELECT g.office_id, g.year, g.symbol, g.last - g.began_after AS last, g.is_outside, count(e.number) AS n, coalesce(min(e.number) - g.began_after, 0) AS first,
       coalesce(max(e.number) - g.began_after, 0) AS newest,
       count(e.number) FILTER (WHERE e.kind IS NULL AND e.slip_id IS NULL AND (l.number IS DISTINCT FROM e.number OR l.register_office_id IS DISTINCT FROM e.office_id
                                  OR l.register_year IS DISTINCT FROM e.year
                                  OR l.register_symbol IS DISTINCT FROM e.symbol)
           OR e.slip_id IS NOT NULL AND (s.number, s.issuer_id, s.register_year, s.register_symbol)
                IS DISTINCT FROM (e.number, e.office_id, e.year, e.symbol)) AS without_letter
  FROM register g LEFT JOIN register_entry e ON (e.office_id, e.year, e.symbol) = (g.office_id, g.year, g.symbol)
  LEFT JOIN letter l ON l.id = e.letter_id
  LEFT JOIN chasing_slip s ON s.id = e.slip_id
 GROUP BY g.office_id, g.year, g.symbol ORDER BY 1, 2, 3

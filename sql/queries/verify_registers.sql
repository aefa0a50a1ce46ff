-- verify_registers() -> each register with what it gave: numbers after began_after up to last, one entry and one letter or paper for each
SELECT g.office_id, g.year, g.symbol, g.last - g.began_after AS last, g.is_outside, count(e.number) AS n, coalesce(min(e.number) - g.began_after, 0) AS first,
       coalesce(max(e.number) - g.began_after, 0) AS newest,
       count(e.number) FILTER (WHERE e.kind IS NULL AND (l.number IS DISTINCT FROM e.number OR l.register_office_id IS DISTINCT FROM e.office_id
                                  OR l.register_year IS DISTINCT FROM e.year
                                  OR l.register_symbol IS DISTINCT FROM e.symbol)) AS without_letter
  FROM register g LEFT JOIN register_entry e ON (e.office_id, e.year, e.symbol) = (g.office_id, g.year, g.symbol)
  LEFT JOIN letter l ON l.id = e.letter_id
 GROUP BY g.office_id, g.year, g.symbol ORDER BY 1, 2, 3

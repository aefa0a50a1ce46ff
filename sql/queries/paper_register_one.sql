-- paper_register_one(office, year, symbol) -> a register with its figures
SELECT g.office_id, g.year, g.symbol, g.is_outside, g.began_after, g.last, count(e.number) AS entries, count(e.voided_at) AS voided
  FROM register g LEFT JOIN register_entry e ON e.office_id = g.office_id AND e.year = g.year AND e.symbol = g.symbol
 WHERE g.office_id = $1::bigint AND g.year = $2::integer AND g.symbol = $3::text
 GROUP BY g.office_id, g.year, g.symbol

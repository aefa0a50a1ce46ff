-- paper_registers(offices, NULL for all; year, NULL for every one; limit) -> registers with their figures, the newest year first
SELECT g.office_id, g.year, g.symbol, g.is_outside, g.began_after, g.last, count(e.number) AS entries, count(e.voided_at) AS voided
  FROM register g LEFT JOIN register_entry e ON e.office_id = g.office_id AND e.year = g.year AND e.symbol = g.symbol
 WHERE ($1::bigint[] IS NULL OR g.office_id = ANY ($1::bigint[])) AND ($2::integer IS NULL OR g.year = $2::integer)
 GROUP BY g.office_id, g.year, g.symbol ORDER BY g.year DESC, g.office_id, g.symbol LIMIT $3::integer

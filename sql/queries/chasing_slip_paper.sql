-- chasing_slip_paper(id) -> what is drawn of a slip, its number, and what was printed first
SELECT office_id, data, number, register_symbol, sha256 FROM chasing_slip WHERE id = $1::bigint

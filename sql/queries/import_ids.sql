-- import_ids(years, numbers) -> the last id of a block of dossier ids for each year, in order; years ascend, as locks are taken
SELECT id_block('dossier:' || u.year, u.n::integer)
  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY u (year, n, o) ORDER BY u.o

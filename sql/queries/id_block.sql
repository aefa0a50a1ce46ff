-- $1 kind (person, remark, letter, dossier:YEAR), $2 how many -> the last id of the block.
SELECT id_block($1::text, $2::integer)

-- blob_many(hashes, hexadecimal) -> the pieces of papers, in the order asked for
SELECT u.ordinality AS place, c.bytes
  FROM unnest($1::text[]) WITH ORDINALITY AS u(h, ordinality) JOIN blob_chunk c ON c.sha256 = decode(u.h, 'hex')
 ORDER BY u.ordinality, c.ordinal

-- attachment_find(code, number) -> one of them, and where its bytes are
SELECT a.number, a.purpose, a.component, a.handling, a.name, a.sha256, a.size, a.type, a.officer_id, a.attached_at, a.detached_at, b.place,
       t.jpeg
  FROM attachment a JOIN dossier_code c ON c.dossier_id = a.dossier_id JOIN blob b ON b.sha256 = a.sha256
  LEFT JOIN thumbnail t ON t.sha256 = a.sha256
 WHERE c.code = $1::text AND a.number = $2::integer

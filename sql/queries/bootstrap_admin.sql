-- bootstrap_admin(login, office key, office name) -> the first administrator, made where missing with an office; its credential, if it has one
WITH made AS (
    INSERT INTO office (key, name, short_name, kind, calendar_id)
    SELECT $2::text, $3::text, $3::text, 'committee', (SELECT id FROM calendar WHERE key = 'vn')
     WHERE NOT EXISTS (SELECT FROM office) RETURNING id
), place AS (
    SELECT id FROM made UNION ALL (SELECT o.id FROM office o WHERE o.parent_id IS NULL ORDER BY o.id LIMIT 1) LIMIT 1
), who AS (
    INSERT INTO officer (login, name, title) VALUES ($1::text, 'Quản trị hệ thống', 'Quản trị viên')
    ON CONFLICT (login) DO UPDATE SET login = EXCLUDED.login RETURNING id
), held AS (
    INSERT INTO officer_role (officer_id, role, office_id) SELECT who.id, 'administrator', place.id FROM who, place
    ON CONFLICT DO NOTHING
)
SELECT who.id, c.salt, c.hash, c.scrypt_n, c.scrypt_r, c.scrypt_p FROM who LEFT JOIN credential c ON c.officer_id = who.id

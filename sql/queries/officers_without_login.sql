-- officers_without_login() -> officers who cannot log in yet, with what they do
SELECT o.id, o.login, o.title FROM officer o
 WHERE o.valid_to IS NULL AND NOT EXISTS (SELECT FROM credential c WHERE c.officer_id = o.id) ORDER BY o.id

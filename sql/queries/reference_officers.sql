-- reference_officers() -> every officer with a role per row, by id
SELECT o.id, o.login, o.name, o.title, o.valid_to IS NULL AS is_active, r.role, coalesce(r.office_id, 0)
  FROM officer o LEFT JOIN officer_role r ON r.officer_id = o.id AND r.ended_on IS NULL ORDER BY o.id, r.office_id, r.role

-- reference_role_policies() -> how those who hold a role log in
SELECT role, needs_second_factor, idle_minutes, absolute_hours, token_days_max FROM role_policy ORDER BY role

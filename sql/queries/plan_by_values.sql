-- plan_by_values() -> has what follows in this transaction planned for its own values; and how it was planned until now (session_setup:
-- once for all values)
SELECT current_setting('plan_cache_mode') AS before, set_config('plan_cache_mode', 'force_custom_plan', true)

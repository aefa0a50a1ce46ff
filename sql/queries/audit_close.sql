-- audit_close(until) -> last ids of the logs that stand under the roots until then
SELECT changes, security FROM audit_close($1::timestamptz)

-- session_state: sessions with the instant at which each ends by the policies of the officer's roles: the strictest holds
CREATE OR REPLACE VIEW session_state AS
SELECT s.token_hash, s.officer_id, s.kind, s.id, s.name, s.scopes, s.address, s.user_agent, s.created_at, s.last_used_at,
       least(s.expires_at,
             CASE WHEN s.kind <> 'token' THEN s.last_used_at + make_interval(mins => coalesce(p.idle_minutes, 120)) END,
             CASE WHEN s.kind <> 'token' THEN s.created_at + make_interval(hours => coalesce(p.absolute_hours, 12)) END) AS ends_at
  FROM session s
  LEFT JOIN LATERAL (SELECT min(x.idle_minutes) AS idle_minutes, min(x.absolute_hours) AS absolute_hours
                       FROM officer_role r JOIN role_policy x ON x.role = r.role
                      WHERE r.officer_id = s.officer_id AND r.ended_on IS NULL) p ON true;

-- What every connection asks first: $1 role to act as where the login may ('' none), $2 statement timeout.
-- Also the oids of the composite types that the committer sends; NULL in a database not yet migrated.
SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('timezone', 'UTC', false),
       set_config('statement_timeout', $2::text, false), set_config('lock_timeout', '15s', false),
       set_config('jit', 'off', false),
       (SELECT set_config('role', rolname, false) FROM pg_roles
         WHERE rolname = $1::text AND pg_has_role(oid, 'MEMBER')) AS role,
       to_regtype('apply_member')::oid::bigint AS t0, to_regtype('apply_event')::oid::bigint AS t1,
       to_regtype('apply_fact')::oid::bigint AS t2, to_regtype('apply_counter')::oid::bigint AS t3,
       to_regtype('apply_letter')::oid::bigint AS t4, to_regtype('apply_addressee')::oid::bigint AS t5,
       to_regtype('apply_person')::oid::bigint AS t6, to_regtype('apply_part')::oid::bigint AS t7,
       to_regtype('apply_remark')::oid::bigint AS t8, to_regtype('apply_outbox')::oid::bigint AS t9,
       to_regtype('apply_deadline')::oid::bigint AS t10, to_regtype('apply_obligation')::oid::bigint AS t11,
       to_regtype('apply_episode')::oid::bigint AS t12, to_regtype('apply_revision')::oid::bigint AS t13,
       to_regtype('apply_attachment')::oid::bigint AS t14, to_regtype('apply_stay')::oid::bigint AS t15,
       to_regtype('follow_dossier')::oid::bigint AS t16

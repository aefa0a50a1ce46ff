"""Many dossiers out of a few that the engine took in itself: copies with true bytes, hashes and caches, ids and codes replaced.

And what a night wrote of the few, written for as many others by one set-based SQL statement. Used by sweep."""

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE IF NOT EXISTS bench.copy (id bigint PRIMARY KEY, model bigint NOT NULL, code text NOT NULL, wave text NOT NULL,
    alarm_at timestamptz);
CREATE INDEX IF NOT EXISTS copy_wave ON bench.copy (wave);
CREATE OR REPLACE FUNCTION bench.own(line bytea, model bigint, id bigint, model_code text, code text) RETURNS bytea
LANGUAGE sql IMMUTABLE RETURN convert_to(replace(replace(convert_from(line, 'UTF8'),
    'dossier ' || model, 'dossier ' || id), 'code ' || model_code, 'code ' || code), 'UTF8');
"""
FIRST = 100_000_000  # of the copies, within the year's ids


def columns(inst, table, own, row="m"):
    """Names of a table's columns, and their values: of the model's row, but for those in `own`."""
    names = inst.sql(f"SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{table}'::regclass"
                     f" AND attnum > 0 AND NOT attisdropped AND attidentity = ''").split(",")
    return names, [own.get(n, f"{row}.{n}") for n in names]


def insert(inst, table, own, source):
    names, values = columns(inst, table, own)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} {source}"


def chained(n, model="c.model", code="c.code", first="decode(repeat('00', 32), 'hex')"):
    """Laterals that give the bytes b1.. and hashes h1.. of the n events line1.. of a model."""
    text = ""
    for i in range(1, n + 1):
        text += (f" CROSS JOIN LATERAL (SELECT bench.own(l.line{i}, {model}, c.id, l.code, {code}) AS b{i} OFFSET 0) x{i}"
                 f" CROSS JOIN LATERAL (SELECT sha256({first} || b{i}) AS h{i} OFFSET 0) y{i}")
        first = f"h{i}"
    return text


def lines(models, since, n):
    """The n events of each model above a seq: columns line1, at1, recorded1, actor1, action1, line2 ..."""
    each = "".join(f", max(e.{column}) FILTER (WHERE e.seq = {since + i}) AS {name}{i}" for i in range(1, n + 1) for column, name in (
        ("at", "at"), ("recorded_at", "recorded"), ("actor_id", "actor"), ("action", "action")))
    each += "".join(f", (SELECT x.bytes FROM event x WHERE x.dossier_id = d.id AND x.seq = {since + i}) AS line{i}" for i in range(1, n + 1))
    return (f"SELECT d.id AS model, d.code{each} FROM event e JOIN dossier d ON d.id = e.dossier_id WHERE d.id IN ({models}) GROUP BY d.id")


def rows(n):
    """Those n events as rows: n, bytes, hash, at, recorded_at, actor, action."""
    values = ", ".join(f"({i}, b{i}, h{i}, l.at{i}, l.recorded{i}, l.actor{i}, l.action{i})" for i in range(1, n + 1))
    return f"CROSS JOIN LATERAL (VALUES {values}) v (n, bytes, hash, at, recorded_at, actor_id, action)"


def make(inst, codes, wave, n):
    """n copies of the dossiers `codes`, in turn."""
    models = inst.sql("SELECT string_agg(id::text, ',') FROM dossier WHERE code IN (" + ", ".join(f"'{c}'" for c in codes) + ")")
    k = int(inst.sql(f"SELECT max(version) FROM dossier WHERE id IN ({models})"))
    if int(inst.sql(f"SELECT min(version) FROM dossier WHERE id IN ({models})")) != k:
        raise SystemExit("copies: the models differ in their number of events")
    of_year = int(models.split(",")[0]) // 10**10 * 10**10
    source = f"FROM bench.copy c JOIN {{table}} m ON m.{{key}} = c.model WHERE c.wave = '{wave}'"
    inst.sql(f"""
SET synchronous_commit = off; SET session_replication_role = replica; SET work_mem = '256MB';
INSERT INTO bench.copy (id, model, code, wave) SELECT f.first + g, (ARRAY[{models}])[1 + g % {len(codes)}], 'COPY-' || (f.first + g), '{wave}'
  FROM (SELECT greatest(max(id) + 1, {of_year + FIRST}) AS first FROM bench.copy) f, generate_series(0, {n - 1}) g;
ANALYZE bench.copy;
INSERT INTO event (dossier_id, seq, bytes, hash, at, recorded_at, actor_id, action)
SELECT c.id, v.* FROM ({lines(models, 0, k)}) l JOIN bench.copy c ON c.wave = '{wave}' AND c.model = l.model
{chained(k)} {rows(k)};
{insert(inst, "dossier", {"id": "c.id", "code": "c.code", "chain": "e.hash"},
        source.format(table="dossier", key="id").replace(" WHERE", " JOIN event e ON e.dossier_id = c.id AND e.seq = m.version WHERE"))};
INSERT INTO dossier_code SELECT code, id FROM bench.copy WHERE wave = '{wave}';
{insert(inst, "dossier_person", {"dossier_id": "c.id"}, source.format(table="dossier_person", key="dossier_id"))};
{insert(inst, "dossier_deadline", {"dossier_id": "c.id"}, source.format(table="dossier_deadline", key="dossier_id"))};
{insert(inst, "dossier_fact", {"dossier_id": "c.id"}, source.format(table="dossier_fact", key="dossier_id"))};
{insert(inst, "stay", {"dossier_id": "c.id"}, source.format(table="stay", key="dossier_id"))};
""")


def silence(inst, swept, written):
    """The engine looks at two waves and their models no more, until the first is woken."""
    inst.sql(f"""
WITH asleep AS (UPDATE dossier d SET next_alarm_at = NULL FROM dossier o
                 WHERE o.id = d.id AND d.next_alarm_at IS NOT NULL AND d.id IN (
                       SELECT id FROM bench.copy WHERE wave IN ('{swept}', '{written}')
                       UNION SELECT model FROM bench.copy WHERE wave = '{swept}') RETURNING d.id, o.next_alarm_at)
UPDATE bench.copy c SET alarm_at = a.next_alarm_at FROM asleep a WHERE c.id = a.id""")


def wake(inst, wave):
    """Their alarms as the engine set them. Returns the versions of the models: what a night adds is above."""
    inst.sql(f"""UPDATE dossier d SET next_alarm_at = c.alarm_at FROM bench.copy c WHERE c.wave = '{wave}' AND d.id IN (c.id, c.model)""")
    return dict(row.split("|") for row in inst.sql(
        f"SELECT id, version FROM dossier WHERE id IN (SELECT DISTINCT model FROM bench.copy WHERE wave = '{wave}')").split("\n"))


def written(inst, before):
    """The models, the version before, how many events each got since, and when."""
    models, since = ", ".join(before), int(next(iter(before.values())))
    least, most, at = inst.sql(f"SELECT min(n), max(n), min(at) FROM (SELECT count(*) AS n, min(recorded_at) AS at FROM event"
                               f" WHERE dossier_id IN ({models}) AND seq > {since} GROUP BY dossier_id) m").split("|")
    if least != most:
        raise SystemExit(f"copies: of the models some got {least} events, some {most}")
    return models, since, int(most), at


def statement(inst, before, wave):
    """One statement that writes for a wave what was written of its models since `before`. What changes from dossier to dossier is
    its id and code; all else stands in the rows of the models, eight of them, read once."""
    models, since, k, at = written(inst, before)
    caches = [c for c in columns(inst, "dossier", {})[0] if c not in ("id", "code", "chain", "version")]
    letter = {"id": "10^15::bigint + c.id", "dossier_id": "c.id", "public_token": "md5(c.id::text)",
              "data": "replace(m.data, c.model_code, c.code)"}
    owed = {"dossier_id": "c.id", "letter_id": "CASE WHEN m.letter_id IS NOT NULL THEN 10^15::bigint + c.id END"}
    changed = [c for c in columns(inst, "letter", {})[0] if c not in ("id", "dossier_id", "public_token", "data")]
    return f"""
WITH l AS MATERIALIZED ({lines(models, since, k)}),
model AS MATERIALIZED (SELECT * FROM dossier WHERE id IN ({models})),
fact AS MATERIALIZED (SELECT * FROM dossier_fact WHERE dossier_id IN ({models}) AND known_to = 'infinity'),
paper AS MATERIALIZED (SELECT DISTINCT ON (dossier_id) * FROM letter WHERE dossier_id IN ({models}) ORDER BY dossier_id, id DESC),
posted AS MATERIALIZED (SELECT a.*, p.dossier_id FROM paper p JOIN letter_addressee a ON a.letter_id = p.id AND a.changed_at >= '{at}'),
owed AS MATERIALIZED (SELECT * FROM letter_obligation WHERE dossier_id IN ({models}) AND recorded_at >= '{at}'),
item AS MATERIALIZED (SELECT * FROM sweep_item WHERE dossier_id IN ({models}) AND run_id = (SELECT max(id) FROM sweep_run)),
episode AS MATERIALIZED (SELECT * FROM late_episode WHERE dossier_id IN ({models}) AND recorded_at >= '{at}'),
c AS MATERIALIZED (
    SELECT d.id, d.version, d.chain, d.code, b.model, l.code AS model_code
      FROM dossier d JOIN bench.copy b ON b.id = d.id JOIN l ON l.model = b.model WHERE b.wave = '{wave}' ORDER BY d.id FOR NO KEY UPDATE OF d),
new AS (SELECT c.id, c.model, c.version, v.* FROM c JOIN l ON l.model = c.model
{chained(k, first="c.chain")} {rows(k)}),
new_event AS (
    INSERT INTO event (dossier_id, seq, bytes, hash, at, recorded_at, actor_id, action)
    SELECT id, version + n, bytes, hash, at, recorded_at, actor_id, action FROM new),
cache AS (
    UPDATE dossier d SET ({", ".join(caches)}, version, chain) = ROW ({", ".join("m." + c for c in caches)}, n.version + n.n, n.hash)
      FROM new n JOIN model m ON m.id = n.model WHERE d.id = n.id AND n.n = {k}),
closed AS (
    UPDATE dossier_fact f SET valid_to = m.valid_to, valid_to_known_at = m.valid_to_known_at
      FROM c JOIN fact m ON m.dossier_id = c.model
     WHERE f.dossier_id = c.id AND f.valid_from = m.valid_from AND f.known_to = 'infinity' AND m.known_from < '{at}'
       AND m.valid_to_known_at >= '{at}'),
new_fact AS (
    {insert(inst, "dossier_fact", {"dossier_id": "c.id"}, f"FROM c JOIN fact m ON m.dossier_id = c.model WHERE m.known_from >= '{at}'")}),
again AS (
    UPDATE letter t SET ({", ".join(changed)}, data) = ROW ({", ".join("m." + c for c in changed)}, replace(m.data, c.model_code, c.code))
      FROM c JOIN paper m ON m.dossier_id = c.model JOIN l ON l.model = c.model
     WHERE t.dossier_id = c.id AND m.recorded_at < '{at}' AND 'unsign_letter' IN ({", ".join(f"l.action{i}" for i in range(1, k + 1))})),
new_letter AS (
    {insert(inst, "letter", letter, f"FROM c JOIN paper m ON m.dossier_id = c.model WHERE m.recorded_at >= '{at}'")}),
obligation AS (
    {insert(inst, "letter_obligation", owed, "FROM c JOIN owed m ON m.dossier_id = c.model")}
    ON CONFLICT (dossier_id, ordinal) DO UPDATE SET state = excluded.state, latest_at = excluded.latest_at, letter_id = excluded.letter_id,
       at_fault_office_id = excluded.at_fault_office_id, recorded_at = excluded.recorded_at),
new_episode AS (
    {insert(inst, "late_episode", {"dossier_id": "c.id"}, "FROM c JOIN episode m ON m.dossier_id = c.model")}
    ON CONFLICT (dossier_id, step, from_at) DO UPDATE SET to_at = excluded.to_at, calendar_days = excluded.calendar_days,
       working_days = excluded.working_days, recorded_at = excluded.recorded_at),
new_item AS (
    {insert(inst, "sweep_item", {"dossier_id": "c.id"}, "FROM c JOIN item m ON m.dossier_id = c.model")}),
counter AS (
    INSERT INTO counter_tail
    SELECT m.due_on + 1, m.competent_office_id, m.field_id, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0
      FROM c JOIN model m ON m.id = c.model GROUP BY 1, 2, 3),
addressee AS (
    {insert(inst, "letter_addressee", {"letter_id": "10^15::bigint + c.id"}, "FROM c JOIN posted m ON m.dossier_id = c.model")})
INSERT INTO feed (recorded_at, dossier_ids) SELECT '{at}', array_agg(id) FROM c
"""

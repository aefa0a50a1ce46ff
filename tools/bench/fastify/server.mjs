// The service that tools/bench/clerks.py compares the daemon with: Fastify and pg, one function call per request with the same writes
// (transition.sql), HTTPS with the daemon's own certificate, JSON in and out. One process, as Node.js runs.
//
//     node server.mjs PORT FOLDER DATABASE-URL CONNECTIONS    (FOLDER holds cert.pem and key.pem)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createHash } from "node:crypto";

const require = createRequire(process.env.NODE_PATH + "/");
const fastify = require("fastify");
const pg = require("pg");

const [port, folder, url, connections] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: Number(connections) });
const app = fastify({ https: { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`), minVersion: "TLSv1.3" } });

const hashOf = (request) => createHash("sha256").update((request.headers.authorization || "").slice("Bearer ".length)).digest();
const ask = (name, text, values) => pool.query({ name, text, values }).then((r) => r.rows);

const SESSION = "SELECT officer_id FROM session WHERE token_hash = $1 AND expires_at > clock_timestamp()";
const DOSSIER = "SELECT d.*, (SELECT json_agg(encode(e.bytes, 'base64') ORDER BY e.seq) FROM event e WHERE e.dossier_id = d.id) AS events,"
    + " (SELECT json_agg(json_build_object('part', p.part, 'name', v.name) ORDER BY p.part, p.ordinal) FROM dossier_person p"
    + " JOIN person_version v ON v.person_id = p.person_id AND v.version = p.version WHERE p.dossier_id = d.id) AS persons"
    + " FROM dossier_code c JOIN dossier d ON d.id = c.dossier_id WHERE c.code = $1";

async function show(request, reply, officer) {
    const [dossier] = await ask("dossier", DOSSIER, [request.params.code]);
    if (!dossier) return reply.code(404).send({ code: "dossier_unknown" });
    await ask("read", "INSERT INTO read_log (at, officer_id, what, dossier_id, trace) VALUES (clock_timestamp(), $1, 'dossier', $2, '')",
        [officer, dossier.id]);
    return { ...dossier, chain: dossier.chain.toString("hex") };
}

const officerOf = async (request) => (await ask("session", SESSION, [hashOf(request)]))[0]?.officer_id;

app.get("/api/v1/dossiers/:code", async (request, reply) => {
    const officer = await officerOf(request);
    return officer ? show(request, reply, officer) : reply.code(401).send({ code: "not_logged_in" });
});

// The function finds session and persons itself, as the daemon's own reading does, and logs the read.
app.post("/api/v1/dossiers/:code/actions/assign", {
    schema: { body: { type: "object", required: ["officer"], additionalProperties: false, properties: { officer: { type: "string", maxLength: 80 } } } },
}, async (request, reply) => {
    if (!(await officerOf(request))) return reply.code(401).send({ code: "not_logged_in" });
    const [done] = await ask("assign", "SELECT bench_assign((SELECT place FROM bench_dossier WHERE code = $1), $2) AS version",
        [request.params.code, request.headers["idempotency-key"]]);
    const [dossier] = await ask("dossier", DOSSIER, [request.params.code]);
    return reply.header("etag", `"${done.version}"`).send({ ...dossier, chain: dossier.chain.toString("hex") });
});

await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");

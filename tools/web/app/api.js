/* The daemon, spoken to. A write carries its form's Idempotency-Key, so that it may be sent again when the line
 * broke before the answer came: the daemon then repeats its first answer. A login that ended does not lose the
 * request either: it waits until the same officer has logged in again. */
import * as store from './store.js';
import { t } from './text.js';

const DELAYS_MS = [500, 1000, 2000, 4000, 8000]; // between tries while the line is broken
const CSRF = 'csrf';

/* Why a request failed: the daemon's problem document (RFC 9457), or ours when none came. */
export class Problem extends Error {
  constructor(body, status) {
    super(body.detail);
    Object.assign(this, { status, code: body.code, field: body.field, value: body.value, trace: body.trace });
  }

  /* Did the daemon refuse, so that the next try is another request? Else nobody knows what became of it. */
  get isRefusal() {
    return this.status >= 400 && this.status < 500;
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

const pause = (ms) => new Promise((wake) => { setTimeout(wake, ms); });

let waiting = []; // requests that wait for a login

/* Called by the login screen; `isSame` tells whether the same officer is back. */
export function loggedIn(isSame) {
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake(isSame);
}

function relogin() {
  store.set({ session: 'ended' });
  return new Promise((wake) => { waiting.push(wake); });
}

/* One exchange over the line, again and again while the line is broken or the daemon asks to come back. */
async function exchange(path, options) {
  for (let n = 0; ; n++) {
    let reply = null;
    try {
      reply = await fetch(path, options);
    } catch {
      if (n === DELAYS_MS.length) throw new Problem({ detail: t('problem.line'), code: 'line' }, 0);
    }
    if (reply && (reply.status !== 503 || n === DELAYS_MS.length)) {
      store.set({ line: 'up' });
      return reply;
    }
    store.set({ line: 'broken' });
    await pause(Math.max(DELAYS_MS[n], 1000 * Math.min(Number(reply?.headers.get('Retry-After') ?? 0), 10)));
  }
}

/* What a standby may have answered, and how many seconds old that is; told until the page shows something else. */
const MAY_BE_OLD = /^\/api\/v1\/(statistics|search)\b/;
addEventListener('hashchange', () => store.set({ dataAge: null }));

async function problemOf(reply) {
  const body = await reply.json().catch(() => null);
  return new Problem(body?.detail ? body : { detail: t('problem.odd', { status: reply.status }), code: 'odd' }, reply.status);
}

/* What the page asks for by itself (the clock, a list that somebody else changed) is no use of the session: a desk that was
 * left alone is logged out in time. */
const ALONE_MS = 60000;
let touchedAt = Date.now();
for (const kind of ['pointerdown', 'keydown', 'wheel']) {
  addEventListener(kind, () => { touchedAt = Date.now(); }, { capture: true, passive: true });
}

async function send(path, options, isLogin = false) {
  for (;;) {
    const headers = { Accept: 'application/json', 'Accept-Language': store.get().language, ...options.headers };
    if (Date.now() - touchedAt > ALONE_MS) headers['X-Unattended'] = '1';
    if (options.method) headers['X-CSRF-Token'] = sessionStorage.getItem(CSRF) ?? '';
    const reply = await exchange(path, { ...options, headers, credentials: 'same-origin' });
    if (reply.ok) return reply;
    const problem = await problemOf(reply);
    const hasEnded = reply.status === 401 || problem.code === 'csrf_missing';
    if (isLogin || !hasEnded || store.get().session === 'unknown') throw problem;
    if (!await relogin()) throw new Problem({ detail: t('problem.other_officer'), code: 'other_officer' }, 401);
  }
}

/* GET; `query` leaves out what is empty. */
export async function read(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined && value !== null);
  const reply = await send(pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path, {});
  if (MAY_BE_OLD.test(path)) store.set({ dataAge: reply.headers.get('X-Data-Age') });
  return reply.json();
}

/* POST (or PUT), with the key of the typed form and, for a change, the version it was typed on. */
export async function write(path, body, { key, version, method = 'POST' } = {}) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  if (key) headers['Idempotency-Key'] = key;
  if (version) headers['If-Match'] = `"${version}"`;
  const reply = await send(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return reply.status === 204 ? null : reply.json();
}

/* PUT (or POST) of a file, or of a piece of one: `bytes` is a Blob. */
export async function writeBytes(path, bytes, { version, method = 'PUT' } = {}) {
  const headers = { 'Content-Type': 'application/octet-stream' };
  if (version) headers['If-Match'] = `"${version}"`;
  const reply = await send(path, { method, headers, body: bytes });
  return reply.json();
}

/* POST that is answered by a file, as a Blob. */
export async function fetchFile(path, body) {
  const reply = await send(path, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/pdf, application/json' }, body: JSON.stringify(body),
  });
  return reply.blob();
}

/* GET of a text that is no JSON. */
export async function readText(path, query) {
  const reply = await send(`${path}?${new URLSearchParams(query)}`, { headers: { Accept: 'text/plain, application/json' } });
  return reply.text();
}

/* Every row of a short list (offices, officers, procedures), page after page; kept until the client is reloaded. */
const lists = new Map();
export function readAll(path, query = {}) {
  const name = path + JSON.stringify(query);
  if (!lists.has(name)) {
    const load = async () => {
      const items = [];
      for (let after; ;) {
        const page = await read(path, { ...query, limit: 200, after });
        items.push(...page.items);
        if (!page.next) return items;
        after = page.next;
      }
    };
    const loading = load();
    loading.catch(() => lists.delete(name));
    lists.set(name, loading);
  }
  return lists.get(name);
}

/* A short list was edited: it is read anew when it is asked for next. */
export function forget(path) {
  for (const name of [...lists.keys()]) if (name.startsWith(path)) lists.delete(name);
}

export async function login(name, password, code) {
  const reply = await send('/api/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login: name, password, code }),
  }, true);
  const session = await reply.json();
  sessionStorage.setItem(CSRF, session.csrf);
  const me = await read('/api/v1/me');
  return { me, resetBy: session.reset_by, resetAt: session.reset_at };
}

/* A password of one's own with a one-time code; logging in comes after. */
export async function recover(name, code, password) {
  await send('/api/v1/session/recover', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login: name, code, password }),
  }, true);
}

export async function remove(path) {
  await send(path, { method: 'DELETE' });
}

export async function logout() {
  try {
    await send('/api/v1/session', { method: 'DELETE' }, true);
  } finally {
    sessionStorage.clear(); // typed drafts too: the next person at this desk must not see them
    lists.clear();
    store.set({ me: null, session: 'none' });
  }
}

/* At the start: a cookie without our token is of another window; writes would be refused, so ask for a login. */
export async function resume() {
  if (!sessionStorage.getItem(CSRF)) return store.set({ session: 'none' });
  try {
    store.enter(await read('/api/v1/me'));
  } catch (problem) {
    store.set({ session: 'none' });
    if (!problem.isRefusal) store.notify(problem.message, 'bad');
  }
  return undefined;
}

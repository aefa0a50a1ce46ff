/* For administrators: is all well, what long work runs, how the nights went, which messages wait for somebody, keys, how
 * long data are kept, and who edited the rules. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Edits, Opener, Rows, bodyOf, tableOf } from '../edit.js';
import { date, instant, number } from '../format.js';
import { Job } from '../job.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { List, useList } from './queue.js';

const LEVELS = { ok: 'done', done: 'done', failed: 'late', failing: 'late', warn: 'certain', starting: 'wait', waiting: 'wait', running: 'risk', cancelled: 'wait' };
const silentOf = (work) => work.is_lease_expired && html` <${Tag} level="late">${t('job.silent')}<//>`;
const dossierOf = (code) => code && html`<a class="code" href=${`#/dossier/${encodeURIComponent(code)}`}>${code}</a>`;

/* ---- state ---- */

function State() {
  const ready = useLoad('ready', () => read('/readyz'));
  const jobs = useLoad('jobs/failed', () => read('/api/v1/jobs', { state: 'failed', limit: 5 }));
  const sweeps = useLoad('sweeps/last', () => read('/api/v1/sweeps', { limit: 1 }));
  const out = useLoad('outbox/open', () => Promise.all(['failed', 'unknown'].map((state) => read('/api/v1/outbox', { state, limit: 1 }))));
  const me = store.useStore((s) => s.me);
  if (!ready.value) return html`<${Loading} of=${ready} />`;
  const last = sweeps.value?.items[0];
  const columns = [
    { head: 'system.check', isHead: true, of: (c) => t(`check.${c.name}`) },
    { head: 'column.state', of: (c) => html`<${Tag} level=${LEVELS[c.state] ?? 'certain'}>${t(`health.${c.state}`)}<//>` },
    { head: 'system.detail', of: (c) => c.detail },
  ];
  return html`<${Facts} rows=${[
      [t('system.version'), ready.value.version],
      [t('system.last_sweep'), last && html`${date(last.on)}: ${t(`job.${last.state}`)}${silentOf(last)}${last.failed > 0 && html` <${Tag} level="late">${t('system.unjudged', { n: last.failed })}<//>`}`],
      [t('system.failed_jobs'), jobs.value && (jobs.value.items.length ? html`<a href="#/system/jobs">${jobs.value.items.map((j) => j.label).join('; ')}</a>` : t('system.no'))],
      [t('system.stuck'), out.value && (out.value.some((page) => page.items.length) ? html`<a href="#/system/outbox">${t('system.there_are')}</a>` : t('system.no'))],
    ]} />
    ${me.warnings?.length === 0 && html`<p class="quiet">${t('system.no_warning')}</p>`}
    <${Rows} columns=${columns} rows=${ready.value.checks ?? []} caption=${t('system.state')} keyOf=${(c) => c.name} />
    <p><button type="button" onClick=${() => { ready.reload(); jobs.reload(); sweeps.reload(); out.reload(); }}>${t('common.again')}</button></p>`;
}

/* ---- long work ---- */

function Jobs() {
  const list = useList('jobs', '/api/v1/jobs', {});
  const [job, setJob] = useState(null);
  const act = async (row, action) => {
    try {
      setJob(await write(`/api/v1/jobs/${row.id}/actions/${action}`, {}));
    } catch (problem) {
      store.notify(problem.message, 'bad');
    }
    list.first.reload();
  };
  const [Table] = useState(() => tableOf([
    { head: 'column.what', isHead: true, of: (j) => j.label },
    { head: 'column.state', of: (j) => html`<${Tag} level=${LEVELS[j.state] ?? 'fine'}>${t(`job.${j.state}`)}<//>${silentOf(j)}` },
    { head: 'system.progress', isFigure: true, of: (j) => (j.total ? `${number(j.done)}/${number(j.total)}` : number(j.done)) },
    { head: 'column.at', of: (j) => html`${instant(j.created_at)}<div class="quiet small">${j.created_by ?? t('event.engine')}</div>` },
    { head: 'system.problem', isWide: true, of: (j) => j.problem?.detail },
    { head: 'system.act', of: (j) => html`${(j.state === 'waiting' || j.state === 'running') && html`<button type="button" disabled=${j.is_cancel_requested} onClick=${() => act(j, 'cancel')}>${t('job.cancel')}</button>`}
      ${(j.state === 'failed' || j.state === 'cancelled') && html`<button type="button" onClick=${() => act(j, 'resume')}>${t('system.resume')}</button>`}` },
  ], (j) => j.id));
  return html`${job && html`<${Job} key=${job.id} job=${job} onEnd=${list.first.reload} />`}
    <${List} list=${list} caption=${t('system.jobs')} empty=${t('system.none')} table=${Table} />`;
}

/* ---- nights ---- */

const figureOf = (s, name) => (name === 'failed' && s[name] > 0 ? html`<span class="late">${number(s[name])}</span>` : number(s[name]));
const SWEEP = [
  { head: 'system.night', isHead: true, of: (s) => date(s.on) },
  { head: 'column.state', of: (s) => html`<${Tag} level=${LEVELS[s.state] ?? 'fine'}>${t(`job.${s.state}`)}<//>${silentOf(s)}${s.is_catch_up && html` <${Tag} level="wait">${t('system.catch_up')}<//>`}` },
  ...['sweep.seen', 'sweep.warned', 'sweep.certain', 'sweep.overdue', 'sweep.letters', 'sweep.lapsed', 'sweep.escalated', 'sweep.failed'].map((head) => ({
    head, isFigure: true, of: (s) => figureOf(s, head.slice('sweep.'.length)) })),
  { head: 'system.took', isFigure: true, isWide: true, of: (s) => t('system.seconds', { n: number(Math.round(s.duration_ms / 100) / 10) }) },
];
const SweepTable = tableOf(SWEEP, (s) => s.id);

function Sweeps() {
  const canRun = store.useStore((s) => store.may(s.me, 'run_sweep'));
  const list = useList('sweeps', '/api/v1/sweeps', {});
  const [job, setJob] = useState(null);
  const run = async () => {
    try {
      const answer = await write('/api/v1/sweeps', {});
      if (answer.label) setJob(answer);
      else store.notify(t(answer.was_run_before ? 'system.swept_before' : 'system.swept', { on: date(answer.on) }));
    } catch (problem) {
      store.notify(problem.message, 'bad');
    }
    list.first.reload();
  };
  return html`<p class="quiet">${t('system.sweeps_about')}</p>
    ${canRun && html`<p><button type="button" onClick=${run}>${t('system.sweep')}</button></p>`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${list.first.reload} />`}
    <${List} list=${list} caption=${t('system.sweeps')} empty=${t('system.none')} table=${SweepTable} />`;
}

/* ---- messages ---- */

const OPEN = ['failed', 'unknown', 'waiting', 'sending', 'sent', 'delivered', 'cancelled'];
const OUTCOME = [
  { key: 'delivered', title: 'outbox.say_delivered', fields: [{ name: 'reason', max: 400, isOptional: true }], make: (v) => ({ outcome: 'delivered', reason: v.reason?.trim() || undefined }) },
  { key: 'failed', title: 'outbox.say_failed', fields: [{ name: 'reason', max: 400 }], make: (v) => ({ outcome: 'failed', reason: v.reason.trim() }) },
  { key: 'resend', title: 'outbox.resend', fields: [], make: () => undefined },
];

function Outbox({ query }) {
  const state = OPEN.includes(query.get('state')) ? query.get('state') : 'failed';
  const list = useList(`outbox/${state}/${store.get().language}`, '/api/v1/outbox', { state });
  const post = (row) => (edit, body, key) => write(`/api/v1/outbox/${row.id}/${edit.key === 'resend' ? 'resend' : 'outcome'}`, body, { key });
  const [Table] = useState(() => tableOf([
    { head: 'column.what', isHead: true, of: (m) => html`${m.label}<div class="quiet small">${m.channel && word('outbox_channel', m.channel)}</div>` },
    { head: 'column.code', of: (m) => dossierOf(m.dossier) },
    { head: 'system.to_whom', of: (m) => html`${m.name}<div class="quiet small">${instant(m.recorded_at)}</div>` },
    { head: 'system.problem', of: (m) => html`${m.problem?.detail ?? m.reason}${m.next_at && html`<div class="quiet small">${t('outbox.next', { at: instant(m.next_at) })}</div>`}` },
    { head: 'system.act', of: (m) => m.actions?.length > 0 && html`<${Edits} name=${`outbox/${m.id}`} edits=${OUTCOME.filter((edit) => m.actions.includes(edit.key))}
      post=${post(m)} onDone=${list.first.reload} />` },
  ], (m) => m.id));
  return html`<nav class="tabs" aria-label=${t('system.outbox')}>${OPEN.map((name) => html`<a key=${name} href=${`#/system/outbox?state=${name}`}
      aria-current=${name === state ? 'page' : undefined}>${word('outbox_state', name)}</a>`)}</nav>
    <${List} list=${list} caption=${t('system.outbox')} empty=${t('system.none')} table=${Table} />`;
}

/* ---- keys, and how long data are kept ---- */

function Keys() {
  const list = useLoad('keys', () => read('/api/v1/keys'));
  const [job, setJob] = useState(null);
  if (!list.value) return html`<${Loading} of=${list} />`;
  const reseal = () => write('/api/v1/keys/reseal', undefined).then(setJob).catch((problem) => store.notify(problem.message, 'bad'));
  const isOld = list.value.items.some((k) => !k.is_sealing && k.persons + k.papers + k.secrets > 0);
  const columns = [
    { head: 'system.key', isHead: true, of: (k) => k.id }, { head: 'system.added', of: (k) => instant(k.added_at) },
    { head: 'column.state', of: (k) => html`${k.is_sealing && html`<${Tag} level="done">${t('system.sealing')}<//> `}${k.makes_commitments && html`<${Tag}>${t('system.commits')}<//> `}
      ${k.retired_at && t('system.retired', { at: instant(k.retired_at) })}${!k.is_loaded && !k.retired_at && html`<${Tag} level="late">${t('system.not_loaded')}<//>`}` },
    { head: 'system.persons', isFigure: true, of: (k) => number(k.persons) }, { head: 'system.papers', isFigure: true, of: (k) => number(k.papers) },
    { head: 'system.secrets', isFigure: true, of: (k) => number(k.secrets) },
  ];
  return html`<p class="quiet">${t('system.keys_about')}</p>
    <${Rows} columns=${columns} rows=${list.value.items} caption=${t('system.keys')} keyOf=${(k) => k.id} />
    ${isOld && html`<p><button type="button" onClick=${reseal}>${t('system.reseal')}</button></p>`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${list.reload} />`}`;
}

const RULE = (row) => [{ key: 'retention_set', title: 'system.retention_set', about: 'system.retention_set_about', fields: [
  { name: 'keep_months', label: 'system.keep', kind: 'number', width: 'half' },
  { name: 'active', label: 'system.active', kind: 'list', list: 'switch', words: ['on', 'off'], width: 'half' },
  { name: 'source', label: 'field.cal_source', max: 400 }, { name: 'reason', kind: 'lines', rows: 2 }],
initial: { keep_months: row.keep_months, active: row.is_active ? 'on' : 'off' },
make: (v, f) => {
  const { active, ...rest } = bodyOf(f, v);
  return { ...rest, is_active: active === 'on' };
} }];

function Retention() {
  const list = useLoad('retention', () => read('/api/v1/retention'));
  const [open, setOpen] = useState(null);
  const [job, setJob] = useState(null);
  const [isAsking, setAsking] = useState(false);
  if (!list.value) return html`<${Loading} of=${list} />`;
  const row = list.value.items.find((r) => r.what === open);
  const columns = [
    { head: 'system.what', isHead: true, of: (r) => html`<${Opener} isOpen=${r.what === open} onToggle=${() => setOpen(r.what === open ? null : r.what)}>${t(`retention.${r.what}`)}<//>` },
    { head: 'system.keep', isFigure: true, of: (r) => number(r.keep_months) },
    { head: 'column.state', of: (r) => html`<${Tag} level=${r.is_active ? 'done' : 'wait'}>${t(`switch.${r.is_active ? 'on' : 'off'}`)}<//>` },
    { head: 'system.would_go', isFigure: true, of: (r) => number(r.n) }, { head: 'system.oldest', of: (r) => instant(r.oldest_at) },
  ];
  const run = () => write('/api/v1/retention', undefined).then(setJob).catch((problem) => store.notify(problem.message, 'bad')).finally(() => setAsking(false));
  return html`<p class="quiet">${t('system.retention_about')}</p>
    <${Rows} columns=${columns} rows=${list.value.items} caption=${t('system.retention')} keyOf=${(r) => r.what} open=${open} />
    ${row && html`<${Part} title=${t(`retention.${row.what}`)}><${Edits} key=${`${row.what}/${row.keep_months}/${row.is_active}`} name=${`retention/${row.what}`} edits=${RULE(row)}
      post=${(edit, body, key) => write(`/api/v1/retention/${row.what}`, body, { key, method: 'PUT' })} onDone=${list.reload} /><//>`}
    ${list.value.items.some((r) => r.is_active) && (isAsking
    ? html`<div class="note note-warn" role="alertdialog" aria-label=${t('system.retention_run')}><p>${t('system.retention_sure')}</p>
        <button type="button" class="grave" onClick=${run}>${t('system.retention_run')}</button> <button type="button" onClick=${() => setAsking(false)}>${t('common.cancel')}</button></div>`
    : html`<p><button type="button" onClick=${() => setAsking(true)}>${t('system.retention_run')}</button></p>`)}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${list.reload} />`}`;
}

/* ---- who edited the rules ---- */

function Changes() {
  const list = useList(`changes/${store.get().language}`, '/api/v1/changes', {});
  const [Table] = useState(() => tableOf([
    { head: 'column.at', isHead: true, of: (c) => instant(c.recorded_at) },
    { head: 'column.what', of: (c) => html`${t(`change.${c.kind}`)} <span class="code">${c.key}</span>${c.effective_on && html`<div class="quiet small">${t('system.from', { on: date(c.effective_on) })}</div>`}` },
    { head: 'column.who', of: (c) => c.author_name ?? c.author ?? t('event.engine') },
    { head: 'org.basis', of: (c) => html`${c.source}<div class="quiet small">${c.reason}</div>` },
  ], (c) => c.id));
  return html`<${List} list=${list} caption=${t('system.changes')} empty=${t('system.none')} table=${Table} />`;
}

const TABS = { state: State, jobs: Jobs, sweeps: Sweeps, outbox: Outbox, changes: Changes, keys: Keys, retention: Retention };

export function System({ rest, query }) {
  const tab = TABS[rest[0]] ? rest[0] : 'state';
  const Tab = TABS[tab];
  return html`<${Title}>${t('system.page')}<//>
    <nav class="tabs" aria-label=${t('system.page')}>${Object.keys(TABS).map((name) => html`<a key=${name} href=${`#/system/${name}`}
      aria-current=${name === tab ? 'page' : undefined}>${t(`system.${name}`)}</a>`)}</nav>
    <${Tab} query=${query} />`;
}

/* Closing a month: what stands in the way and the word of a leader on each, the snapshot, what was learned later, opening again. */
import { html, useState } from '../lib/preact.js';
import { read, readAll, write } from '../api.js';
import { Choice } from '../choice.js';
import { EditForm, Edits, Rows } from '../edit.js';
import { Moment } from '../fields.js';
import { date, instant, number } from '../format.js';
import { visit } from '../keys.js';
import { FormProblem, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { askedOf, usePeriods } from './statistics_ask.js';

const PATH = '/api/v1/statistics/closings';
const OVER = ['last_month', 'last_calendar_month']; // of the daemon's periods
const LEVEL = { draft: 'risk', closed: 'done', reopened: 'certain' };
const REASON = { name: 'reason', kind: 'lines', rows: 2, max: 1000 };
const ACCEPT_ALL = { key: 'all', title: 'closing.accept_all', about: 'closing.accept_all_about', fields: [REASON] };
const ACCEPT = { key: 'one', title: 'closing.accept', fields: [REASON] };
const CLOSE = { key: 'close', title: 'closing.close', about: 'closing.close_about', fields: [], make: () => undefined };
const REOPEN = { key: 'reopen', title: 'closing.reopen', about: 'closing.reopen_about', fields: [REASON], isGrave: true };

const State = ({ row }) => html`<${Tag} level=${LEVEL[row.state]}>${t(`closing.state_${row.state}`)}<//>`;

/* One kind of things in the way: how many, which, and a word on one or on all. */
function Obstacles({ closing, count, onChanged }) {
  const [after, setAfter] = useState([]);
  const [open, setOpen] = useState(null);
  const path = `${PATH}/${closing.id}`;
  const list = useLoad(`${path}/${count.kind}/${count.n_accepted}/${after.at(-1) ?? ''}`, () => read(`${path}/obstacles`, { kind: count.kind, limit: 50, after: after.at(-1) }));
  const accept = (key) => (body, once) => write(`${path}/actions/accept`, { kind: count.kind, ...(key && { key }), ...body }, { key: once });
  const done = (answer) => {
    setOpen(null);
    onChanged(answer);
  };
  const columns = [
    { head: 'closing.thing', isHead: true, of: (r) => (r.dossier ? html`<a href=${`#/dossier/${encodeURIComponent(r.dossier)}`}>${r.dossier}</a>` : r.office_name) },
    { head: 'closing.office', of: (r) => r.office_name },
    { head: 'closing.word', of: (r) => (r.reason ? html`${r.reason}<div class="quiet small">${r.accepted_by}, ${instant(r.accepted_at)}</div>`
      : closing.may_accept ? html`<button type="button" aria-expanded=${open === r.key ? 'true' : 'false'} onClick=${() => setOpen(open === r.key ? null : r.key)}>${t('closing.accept')}</button>`
        : html`<span class="quiet">${t('closing.waits')}</span>`) },
  ];
  return html`<${Part} title=${t(`closing.kind_${count.kind}`)}>
    <p>${t('closing.counted', { n: number(count.n), accepted: number(count.n_accepted) })}</p>
    ${open && html`<${EditForm} key=${open} name=${`closing/${closing.id}/${open}`} edit=${ACCEPT} post=${accept(open)} onClose=${() => setOpen(null)} onDone=${done} />`}
    ${!list.value ? html`<${Loading} of=${list} />` : html`<${Rows} columns=${columns} rows=${list.value.items} caption=${t(`closing.kind_${count.kind}`)} keyOf=${(r) => r.key} />`}
    <div class="buttons">${after.length > 0 && html`<button type="button" onClick=${() => setAfter(after.slice(0, -1))}>${t('closing.before')}</button>`}
      ${list.value?.next && html`<button type="button" onClick=${() => setAfter([...after, list.value.next])}>${t('closing.more')}</button>`}</div>
    ${closing.may_accept && count.n > count.n_accepted && html`<${Edits} name=${`closing/${closing.id}/${count.kind}`} edits=${[ACCEPT_ALL]}
      post=${(edit, body, key) => accept(null)(body, key)} onDone=${done} />`}
  <//>`;
}

/* What was learned since: each figure that is another one, and the dossiers behind. */
function Corrections({ closing, version }) {
  const path = `${PATH}/${closing.id}/versions/${version}/corrections`;
  const told = useLoad(`${path}/${store.get().language}`, () => read(path));
  if (!told.value) return html`<${Loading} of=${told} />`;
  const { figures, dossiers } = told.value;
  const place = (p) => (p ? `${p.office_name ?? ''} – ${t(`form.name_${p.came}`)}; ${t(`form.name_${p.went}`)}` : t('closing.nowhere'));
  const value = (n) => (n === undefined ? '–' : number(n));
  return html`<${Part} title=${t('closing.corrections', { version })}>
    <p>${t('closing.known', { known_at: instant(told.value.known_at), now: instant(told.value.now) })}</p>
    ${!figures.length && !dossiers.length && html`<p class="empty">${t('closing.no_corrections')}</p>`}
    ${dossiers.length > 0 && html`<${Rows} caption=${t('closing.behind')} keyOf=${(r) => r.dossier} rows=${dossiers} columns=${[
      { head: 'closing.dossier', isHead: true, of: (r) => html`<a href=${`#/dossier/${encodeURIComponent(r.dossier)}`}>${r.dossier}</a>` },
      { head: 'closing.learned', of: (r) => instant(r.learned_at) },
      { head: 'closing.was', of: (r) => place(r.was) }, { head: 'closing.now', of: (r) => place(r.now) }]} />`}
    ${figures.length > 0 && html`<${Rows} caption=${t('closing.figures')} keyOf=${(r) => `${r.form}/${r.group_by}/${r.key}/${r.column}`} rows=${figures} columns=${[
      { head: 'closing.form', of: (r) => r.form }, { head: 'closing.row', isHead: true, of: (r) => r.label ?? t('form.sum') },
      { head: 'closing.column', of: (r) => r.column },
      { head: 'closing.was', isFigure: true, of: (r) => value(r.was) }, { head: 'closing.now', isFigure: true, of: (r) => value(r.now) }]} />`}
    ${told.value.is_cut && html`<p class="note">${t('closing.cut')}</p>`}
  <//>`;
}

function Versions({ closing, shown, onShow }) {
  const path = (v, what) => `${PATH}/${closing.id}/versions/${v.version}/${what}`;
  const columns = [
    { head: 'closing.version', isHead: true, of: (v) => v.version },
    { head: 'closing.closed', of: (v) => html`${instant(v.closed_at)}<div class="quiet small">${v.closed_by_name}</div>` },
    { head: 'closing.known_at', isWide: true, of: (v) => instant(v.known_at) },
    { head: 'closing.signed', isWide: true, of: (v) => v.signed_by ?? t('closing.unsigned') },
    { head: 'closing.hash', isWide: true, of: (v) => html`<code title=${v.sha256}>${v.sha256.slice(0, 12)}…</code>` },
    { head: 'closing.reopened', of: (v) => v.reopen_reason && html`${instant(v.reopened_at)}<div class="quiet small">${v.reopen_reason}</div>` },
    { head: 'closing.open_it', of: (v) => html`<a href=${path(v, 'document')} target="_blank">${t('closing.pdf')}</a> · <a href=${path(v, 'content')} download=${`chot-${closing.id}-${v.version}.json`}>${t('closing.content')}</a>${' · '}
      <button type="button" class="plain" aria-expanded=${shown === v.version ? 'true' : 'false'} onClick=${() => onShow(shown === v.version ? null : v.version)}>${t('closing.see_corrections')}</button>` },
  ];
  return html`<${Part} title=${t('closing.versions')}><${Rows} columns=${columns} rows=${closing.versions} caption=${t('closing.versions')} keyOf=${(v) => v.version} open=${shown} /><//>`;
}

function Closing({ id }) {
  const [shown, setShown] = useState(null);
  const loaded = useLoad(`${PATH}/${id}/${store.get().language}`, () => read(`${PATH}/${id}`));
  const closing = loaded.value;
  if (!closing) return html`<${Loading} of=${loaded} />`;
  const obstacles = closing.obstacles ?? [];
  const unbalanced = obstacles.find((o) => o.kind === 'unbalanced');
  const waiting = obstacles.reduce((sum, o) => sum + o.n - o.n_accepted, 0);
  const of = new URLSearchParams({ from: closing.from, to: closing.to, office: closing.office });
  const edits = [closing.may_accept && !unbalanced && waiting === 0 && CLOSE, closing.may_reopen && REOPEN].filter(Boolean);
  return html`<p><a href=${`#/statistics/closing?${of}`}>${t('closing.back')}</a></p>
    <${Part} title=${t('closing.of', { from: date(closing.from), to: date(closing.to) })}>
      <${Facts} rows=${[[t('closing.office'), closing.office_name], [t('closing.state'), html`<${State} row=${closing} />`],
        [t('closing.prepared'), `${closing.prepared_by}, ${instant(closing.prepared_at)}`]]} />
      <p>${t('closing.see')} <a href=${`#/statistics?${of}`}>${t('form.title')}</a> · <a href=${`#/statistics/by-unit?${of}`}>${t('report.by_unit')}</a>${' · '}
        <a href=${`#/statistics/late?${of}`}>${t('late_list.title')}</a>${' · '}<a href=${`#/statistics/chasing?${of}`}>${t('chasing.title')}</a>${' · '}<a href="#/letters">${t('closing.letters')}</a></p>
      ${unbalanced && html`<p class="note note-bad" role="alert">${unbalanced.detail}</p>`}
      ${closing.state !== 'closed' && !unbalanced && html`<p class="note" role="status">${waiting ? t('closing.waiting', { n: number(waiting) }) : t('closing.ready')}</p>`}
      ${edits.length > 0 && html`<${Edits} key=${closing.state} name=${`closing/${id}`} edits=${edits} post=${(edit, body, key) => write(`${PATH}/${id}/actions/${edit.key}`, body, { key })}
        onDone=${(answer) => loaded.replace(answer)} />`}
    <//>
    ${obstacles.filter((o) => o.kind !== 'unbalanced').map((count) => html`<${Obstacles} key=${count.kind} closing=${closing} count=${count} onChanged=${(answer) => loaded.replace(answer)} />`)}
    ${closing.versions?.length > 0 && html`<${Versions} closing=${closing} shown=${shown} onShow=${setShown} />`}
    ${shown && html`<${Corrections} key=${shown} closing=${closing} version=${shown} />`}`;
}

/* The periods, and a new one. */
function List({ asked, periods }) {
  const [typed, setTyped] = useState(asked);
  const [problem, setProblem] = useState(null);
  const me = store.useStore((s) => s.me);
  const list = useLoad(`${PATH}/${typed.office}/${store.get().language}`, () => read(PATH, { office: typed.office || undefined, limit: 100 }));
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  const set = (field) => (value) => setTyped((old) => ({ ...old, [field]: value }));
  const submit = async (event) => {
    event.preventDefault();
    try {
      const made = await write(PATH, { office: typed.office, from: typed.from, to: typed.to });
      visit(`#/statistics/closing/${made.id}`);
    } catch (told) {
      setProblem(told);
    }
  };
  const columns = [
    { head: 'closing.period', isHead: true, of: (r) => html`<a data-row href=${`#/statistics/closing/${r.id}`}>${date(r.from)} – ${date(r.to)}</a>` },
    { head: 'closing.office', of: (r) => r.office_name },
    { head: 'closing.state', of: (r) => html`<${State} row=${r} />` },
    { head: 'closing.version', isFigure: true, of: (r) => r.version },
  ];
  return html`<p class="quiet">${t('closing.about')}</p>
    <form class="filters" onSubmit=${submit}>
      <div class="field field-wide"><label for="closing-office">${t('field.stats_office')}</label>
        <${Choice} id="closing-office" value=${typed.office} onChoose=${set('office')} items=${offices.value?.map((o) => ({ key: o.key, name: o.name }))} /></div>
      ${['from', 'to'].map((field) => html`<div class="field" key=${field}><label for=${`closing-${field}`}>${t(`field.${field}`)}</label>
        <${Moment} isDay=${true} value=${typed[field]} set=${set(field)} common=${{ id: `closing-${field}`, required: true }} /></div>`)}
      <div class="presets">${OVER.map((key) => periods.value?.find((p) => p.key === key)).filter(Boolean).map((p) => html`<button type="button" key=${p.key}
        onClick=${() => setTyped((old) => ({ ...old, from: p.from, to: p.to }))}>${p.label} ${t(`report.short_${p.calendar}`)}</button>`)}</div>
      ${store.may(me, 'prepare_closing') && html`<button type="submit" class="main" disabled=${!typed.office}>${t('closing.prepare')}</button>`}
    </form>
    <${FormProblem} problem=${problem} fields=${[]} />
    ${!list.value ? html`<${Loading} of=${list} />` : !list.value.items.length ? html`<p class="empty">${t('closing.none')}</p>`
    : html`<${Rows} columns=${columns} rows=${list.value.items} caption=${t('closing.title')} keyOf=${(r) => r.id} />`}`;
}

export function ClosingScreen({ rest, query }) {
  const periods = usePeriods();
  const asked = askedOf(query);
  if (rest[1]) return html`<${Closing} key=${rest[1]} id=${rest[1]} />`;
  if (!periods.value) return html`<${Loading} of=${periods} />`;
  const over = query.has('from') ? asked : { ...asked, ...periods.value.find((p) => p.key === OVER[0]) };
  return html`<${List} key=${JSON.stringify(asked)} asked=${{ office: asked.office, from: over.from, to: over.to }} periods=${periods} />`;
}

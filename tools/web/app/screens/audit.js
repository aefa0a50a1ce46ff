/* The inspector's lists: what was entered afterwards, asked for late, closed by force, decided otherwise, read, and what
 * happened to logins; by row, by officer, by office. And the roots of days. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Rows } from '../edit.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { date, days, instant, now, nowReal, number } from '../format.js';
import { visit } from '../keys.js';
import { FormProblem, Loading, Tag, Title, useLoad } from '../parts.js';
import { t } from '../text.js';

const LISTS = ['back_dated', 'late_supplements', 'forced_closings', 'changed_causes', 'reads', 'security'];
const MEASURED = new Set(['back_dated', 'late_supplements']); // lists with a bound in minutes
const DAYS = 30; // of the period that is shown first
const LIMIT = 100;
const DAY_MINUTES = 1440;
const REAL = new Set(['reads', 'security']); // lists on the real clock, also where that of business is a demonstration's

/* The last day of what is shown first: today, by the clock that the list goes by. */
const lastDay = (isReal) => (isReal ? nowReal() : now()).slice(0, 10);
const before = (day, n) => new Date(Date.parse(day) - n * 86400000).toISOString().slice(0, 10);

const ITEM = [
  { head: 'audit.recorded', of: (i) => html`${instant(i.recorded_at)}${i.at.slice(0, 16) !== i.recorded_at.slice(0, 16) && html`<div class="quiet small">${t('audit.at', { at: instant(i.at) })}</div>`}` },
  { head: 'column.code', of: (i) => i.dossier && html`<a class="code" data-row href=${`#/dossier/${encodeURIComponent(i.dossier)}`}>${i.dossier}</a>` },
  { head: 'column.what', of: (i) => html`${i.action_label}${i.detail && html`<div class="small">${i.detail}</div>`}${i.remark && html`<div class="quiet small remark">${i.remark}</div>`}` },
  { head: 'column.who', of: (i) => html`${i.officer_name ?? t('audit.nobody')}<div class="quiet small">${i.office_name}</div>` },
];

function Found({ value, more, isLoading }) {
  const columns = [...ITEM, { head: 'audit.measure', isFigure: true, of: (i) => (i.measure === undefined || i.measure === null ? ''
    : html`${number(i.measure)}${Math.abs(i.measure) >= DAY_MINUTES && html`<div class="quiet small">${days(i.measure)}</div>`}`) }];
  if (value.groups?.length) {
    return html`<${Rows} caption=${value.label} keyOf=${(g) => g.key} rows=${value.groups} columns=${[
      { head: 'column.who', isHead: true, of: (g) => g.name ?? t('audit.nobody') }, { head: 'audit.count', isFigure: true, of: (g) => number(g.count) },
      { head: 'audit.most', isFigure: true, of: (g) => g.most !== undefined && number(g.most) },
      { head: 'audit.least', isFigure: true, of: (g) => g.least !== undefined && number(g.least) }]} />`;
  }
  if (!value.items.length) return html`<p class="empty">${t('audit.none')}</p>`;
  return html`<p class="quiet">${t('audit.measures', { what: value.measure_label })}</p>
    <${Rows} caption=${value.label} columns=${columns} rows=${value.items} keyOf=${(i) => `${i.dossier}/${i.seq}/${i.recorded_at}/${i.officer}`} />
    <p class="quiet list-foot">${value.next ? t('list.shown', { n: value.items.length }) : t('list.all', { n: value.items.length })}
      ${value.next && html` <button type="button" disabled=${isLoading} onClick=${more}>${t('list.more')}</button>`}</p>`;
}

/* A list whose pages are put one behind the other. */
function usePages(name, ask) {
  const [more, setMore] = useState({ items: [], next: undefined, isLoading: false });
  const first = useLoad(name, () => {
    setMore({ items: [], next: undefined, isLoading: false });
    return ask();
  });
  const value = first.value && { ...first.value, items: [...first.value.items, ...more.items], next: more.items.length ? more.next : first.value.next };
  const grow = async () => {
    setMore({ ...more, isLoading: true });
    try {
      const page = await ask(value.next);
      setMore({ items: [...more.items, ...page.items], next: page.next, isLoading: false });
    } catch {
      setMore({ ...more, isLoading: false });
      first.reload();
    }
  };
  return { first, value, grow, isLoading: more.isLoading };
}

const cutOf = (list) => [
  { name: 'from', kind: 'day', width: 'third' }, { name: 'to', kind: 'day', width: 'third' },
  { name: 'office', kind: 'office', isOptional: true, width: 'rest' },
  ...(MEASURED.has(list) ? [{ name: 'minutes', label: `audit.minutes_${list}`, kind: 'number', isOptional: true, width: 'third' }] : []),
  { name: 'group_by', kind: 'list', list: 'audit_group', words: ['officer', 'office'], isOptional: true, width: 'third' },
];

/* What is asked stands in the address. */
function Listed({ list, query }) {
  const to = lastDay(REAL.has(list));
  const asked = { from: before(to, DAYS), to, ...Object.fromEntries(query) };
  const form = useForm(`audit/${list}`, asked);
  const pages = usePages(`${list}/${JSON.stringify(asked)}`, (after) => read(`/api/v1/audit/lists/${list}`, { ...asked, limit: LIMIT, after }));
  const problem = pages.first.problem;
  const fields = cutOf(list);
  const submit = (event) => {
    event.preventDefault();
    const next = fields.map((f) => [f.name, form.values[f.name]]).filter(([, value]) => value);
    visit(`#/audit/${list}?${new URLSearchParams(next)}`);
  };
  return html`<form class="filters" onSubmit=${submit}>
      ${fields.map((field) => html`<${Field} key=${field.name} prefix="audit" form=${{ ...form, problem }} field=${field} />`)}
      <button type="submit" class="main">${t('audit.show')}</button>
    </form>
    ${problem && !fields.some((f) => f.name === problem.field) && html`<p class="note note-bad" role="alert">${problem.message}</p>`}
    ${!pages.value && !problem && html`<${Loading} of=${pages.first} />`}
    ${pages.value && html`<${Found} value=${pages.value} more=${pages.grow} isLoading=${pages.isLoading} />`}`;
}

/* Who read one person's data: the number travels in the body and stays out of the address. */
const PERSON = [
  { name: 'identity', max: 64 }, { name: 'from', kind: 'day', width: 'third' }, { name: 'to', kind: 'day', width: 'third' },
];

function Person() {
  const to = lastDay(true);
  const [form] = [useForm('audit/person', { identity: '', from: before(to, 365), to })];
  const [found, setFound] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setFound(await form.send((v) => write('/api/v1/audit/reads', { identity: v.identity.trim(), from: v.from, to: v.to, limit: 200 })));
  };
  return html`<p class="quiet">${t('audit.person_about')}</p>
    <form class="filters" onSubmit=${submit}>
      <${FormProblem} problem=${form.problem} fields=${PERSON.map((f) => f.name)} />
      ${PERSON.map((field) => html`<${Field} key=${field.name} prefix="audit" form=${form} field=${field} />`)}
      <button type="submit" class="main" disabled=${form.isBusy}>${t('audit.show')}</button>
    </form>
    ${found && html`<${Found} value=${{ ...found, next: undefined }} />`}`;
}

function Roots() {
  const to = now().slice(0, 10);
  const list = useLoad('roots', () => read('/api/v1/audit/roots', { from: before(to, DAYS), to, limit: 200 }));
  if (!list.value) return html`<${Loading} of=${list} />`;
  const columns = [
    { head: 'audit.day', isHead: true, of: (r) => date(r.day) },
    { head: 'audit.events', isFigure: true, of: (r) => number(r.events) }, { head: 'audit.changes', isFigure: true, of: (r) => number(r.changes) },
    { head: 'audit.logins', isFigure: true, of: (r) => number(r.security) },
    { head: 'audit.hash', of: (r) => html`<code class="hash">${r.hash}</code>` },
    { head: 'audit.signature', of: (r) => (r.signature ? html`<${Tag} level="done">${t('audit.signed', { key: r.key })}<//>` : t('audit.unsigned')) },
  ];
  return html`<p class="quiet">${t('audit.roots_about')}</p>
    ${list.value.items.length ? html`<${Rows} caption=${t('audit.roots')} columns=${columns} rows=${[...list.value.items].reverse()} keyOf=${(r) => r.day} />`
    : html`<p class="empty">${t('audit.none')}</p>`}`;
}

export function Audit({ rest, query }) {
  const tabs = [...LISTS, 'person', 'roots'];
  const tab = tabs.includes(rest[0]) ? rest[0] : LISTS[0];
  return html`<${Title}>${t('audit.page')}<//>
    <nav class="tabs" aria-label=${t('audit.page')}>${tabs.map((name) => html`<a key=${name} href=${`#/audit/${name}`}
      aria-current=${name === tab ? 'page' : undefined}>${t(`audit.${name}`)}</a>`)}</nav>
    ${tab === 'roots' ? html`<${Roots} />` : tab === 'person' ? html`<${Person} />` : html`<${Listed} key=${tab} list=${tab} query=${query} />`}`;
}

/* Work that waits, as a real table; the same table shows the late board and what a search found. */
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { newKey, read, write } from '../api.js';
import { date, instant, levelOf, now } from '../format.js';
import { useLive, useLiveRows, useMinute, useSoon } from '../live.js';
import { Due, Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word, wordsOf } from '../text.js';
import { SlipsDue } from './slips_due.js';

const [PAGE, PAGE_MAX] = [50, 200]; // rows
const QUEUES = ['mine', 'office', 'pending', 'return', 'late'];
/* Which dossiers a queue holds, as far as an event tells; what an office may see the daemon alone knows. */
const BELONGS = {
  mine: (d, me) => !d.ended_at && (d.officer === me.officer || d.pending_officer === me.officer),
  office: (d) => !d.ended_at,
  pending: (d) => Boolean(d.pending_office),
  return: (d) => d.state === 'done',
  late: (d) => !d.ended_at && levelOf(d) !== 'fine',
};
const LETTER_LEVEL = { drafted: 'risk', signed: 'risk', numbered: 'risk' };

function LetterState({ state }) {
  if (!state || state === 'none') return null;
  return html`<${Tag} level=${LETTER_LEVEL[state] ?? 'fine'}>${t('letter.short')}: ${word('letter_state', state)}<//>`;
}

function Where({ row }) {
  return html`${row.step_name && html`<div>${row.step_name}</div>`}
    <div class="quiet small">${[row.officer_name, row.office_name].filter(Boolean).join(' · ')}</div>
    ${row.is_pending && html`<${Tag} level="wait">${t('queue.is_pending')}<//>`}`;
}

/* Results that wait: since when, and a word to whoever is to collect them, once a day. */
const PATIENT_DAYS = 3; // before a reminder is offered in the list
const daysWaiting = (row) => Math.floor((Date.parse(now()) - Date.parse(row.ended_at)) / 86400000);

function Remind({ row }) {
  const [said, setSaid] = useState(null);
  const days = row.ended_at ? daysWaiting(row) : 0;
  const remind = async () => {
    try {
      await write(`/api/v1/dossiers/${encodeURIComponent(row.code)}/actions/remind`, {}, { key: newKey() });
      setSaid({ text: t('queue.reminded'), level: 'done' });
    } catch (problem) {
      setSaid({ text: problem.message, level: 'wait' });
    }
  };
  return html`<div>${t('queue.waits', { n: days, on: date(row.ended_at) })}</div>
    ${said ? html`<span role="status"><${Tag} level=${said.level}>${said.text}<//></span>`
    : days >= PATIENT_DAYS && html`<button type="button" aria-label=${t('queue.remind_one', { code: row.code })} onClick=${remind}>${t('queue.remind')}</button>`}`;
}

/* Results at the counter: the table of dossiers with who waits how long. */
function ReturnTable({ rows, caption }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="dossiers">
    <caption class="hidden">${caption}</caption>
    <thead><tr><th scope="col">${t('column.code')}</th><th scope="col">${t('column.applicant')}</th><th scope="col">${t('queue.waiting')}</th>
      <th scope="col" class="wide">${t('column.letter')}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.code}>
      <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.code)}`}>${row.code}</a></td>
      <td><div>${row.applicant_name}</div><div class="quiet small">${row.procedure_name}</div></td>
      <td><${Remind} row=${row} /></td>
      <td class="wide"><${LetterState} state=${row.letter_state} /></td></tr>`)}</tbody></table></div>`;
}

export function DossierTable({ rows, caption }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="dossiers">
    <caption class="hidden">${caption}</caption>
    <thead><tr>
      <th scope="col">${t('column.code')}</th><th scope="col">${t('column.due')}</th>
      <th scope="col">${t('column.applicant')}</th>
      <th scope="col" class="wide">${t('column.where')}</th><th scope="col" class="wide">${t('column.state')}</th>
      <th scope="col" class="wide">${t('column.received')}</th>
    </tr></thead>
    <tbody>
      ${rows.map((row) => html`<tr key=${row.code}>
        <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.code)}`}>${row.code}</a></td>
        <td class="due"><${Due} row=${row} /><div class="small">${instant(row.due_at)}</div></td>
        <td><div>${row.applicant_name}</div><div class="quiet small">${row.procedure_name}</div></td>
        <td class="wide"><${Where} row=${row} /></td>
        <td class="wide">${word('state', row.state)} <${LetterState} state=${row.letter_state} /></td>
        <td class="wide">${date(row.received_at)}</td>
      </tr>`)}
    </tbody>
  </table></div>`;
}

/* Rows from the first on until there are `n`, however many pages that takes. */
async function readRows(path, query, n) {
  let page = await read(path, { ...query, limit: Math.min(n, PAGE_MAX) });
  const items = [...page.items];
  while (page.next && items.length < n) {
    page = await read(path, { ...query, limit: Math.min(n - items.length, PAGE_MAX), after: page.next });
    items.push(...page.items);
  }
  return { ...page, items };
}

/* A list that grows page by page; read again, it keeps its length: whoever stands in row 450 stands there still. */
export function useList(name, path, query) {
  const length = useRef(PAGE);
  const shown = useRef();
  useEffect(() => { length.current = PAGE; }, [name]);
  const [more, setMore] = useState({ isLoading: false, problem: null });
  const first = useLoad(name, () => readRows(path, query, length.current));
  shown.current = first.value;
  const items = first.value?.items ?? [];
  const next = first.value?.next;
  const grow = async () => {
    setMore({ isLoading: true, problem: null });
    try {
      const page = await read(path, { ...query, after: next });
      const known = new Set(shown.current.items.map((row) => row.code).filter(Boolean)); // read again meanwhile
      first.replace({ ...shown.current, next: page.next, items: [...shown.current.items, ...page.items.filter((row) => !known.has(row.code))] });
      length.current = Math.max(PAGE, shown.current.items.length + page.items.length);
      setMore({ isLoading: false, problem: null });
    } catch (problem) {
      setMore({ isLoading: false, problem });
    }
  };
  return { first, items, next, grow, more, write: (rows) => first.replace({ ...shown.current, items: rows }) };
}

/* The list as a table (that of dossiers), what is loading or missing, and the way to more of it. */
export function List({ list, caption, empty, table: Table = DossierTable }) {
  if (!list.first.value) return html`<${Loading} of=${list.first} />`;
  if (!list.items.length) return html`<p class="empty">${empty}</p>`;
  return html`<${Table} rows=${list.items} caption=${caption} />
    ${list.more.problem && html`<p class="bad" role="alert">${list.more.problem.message}</p>`}
    <p class="quiet list-foot">${list.next ? t('list.shown', { n: list.items.length }) : t('list.all', { n: list.items.length })}
      ${list.next && html` <button type="button" data-more disabled=${list.more.isLoading} onClick=${list.grow}>${t('list.more')}</button>`}</p>`;
}

/* How many wait in each queue. */
function Counts({ at }) {
  const [counts, setCounts] = useState({});
  const isHere = useRef(true);
  const each = () => QUEUES.forEach((queue) => {
    read(`/api/v1/queues/${queue}`, { limit: 1, count: true })
      .then((page) => isHere.current && setCounts((old) => ({ ...old, [queue]: page.count })))
      .catch(() => {});
  });
  const late = () => read('/api/v1/queues/late', { limit: 1, count: true, warning: 'overdue' })
    .then((page) => isHere.current && setCounts((old) => ({ ...old, overdue: page.count }))).catch(() => {});
  const count = () => {
    each();
    late();
  };
  const soon = useSoon(count, 20000);
  useLive({ dossier: () => soon(2000), reset: ({ delay }) => soon(delay) });
  useEffect(() => {
    count();
    return () => { isHere.current = false; };
  }, []);
  return html`<nav class="tabs" aria-label=${t('queue.label')}>
    ${QUEUES.map((queue) => html`<a key=${queue} href=${`#/queue/${queue}`} aria-current=${queue === at ? 'page' : undefined}>
      ${t(`queue.${queue}`)}${counts[queue] !== undefined && html` <span class="count">${counts[queue]}</span>`}${
      queue === 'late' && counts.overdue > 0 && html` <span class="count count-late">${t('queue.overdue', { n: counts.overdue })}</span>`}</a>`)}
  </nav>`;
}

export function Queue({ rest }) {
  const queue = QUEUES.includes(rest[0]) ? rest[0] : 'mine';
  const [warning, setWarning] = useState('');
  const me = store.useStore((s) => s.me);
  const live = store.useStore((s) => s.live);
  const list = useList(`${queue}/${warning}`, `/api/v1/queues/${queue}`, { warning });
  useMinute();
  useLiveRows({ items: list.items, write: list.write, reload: list.first.reload,
    belongs: (d) => BELONGS[queue](d, me) && (!warning || levelOf(d) === warning) });
  useEffect(() => { // without live events the list is asked for
    if (live === 'up') return undefined;
    const timer = setInterval(() => !document.hidden && store.get().session === 'open' && list.first.reload(), 60000);
    return () => clearInterval(timer);
  }, [queue, warning, live]);
  return html`<${Title}>${t(`queue.${queue}`)}<//>
    <${SlipsDue} />
    <${Counts} at=${queue} />
    <div class="filters"><p class="quiet">${t(`queue.about_${queue}`)}</p>
      ${queue !== 'return' && html`<div class="field"><label for="queue-warning">${t('queue.warning')}</label>
        <select id="queue-warning" value=${warning} onChange=${(event) => setWarning(event.target.value)}>
          <option value="">${t('queue.any_warning')}</option>
          ${wordsOf('warning').map((w) => html`<option key=${w} value=${w}>${word('warning', w)}</option>`)}
        </select></div>`}</div>
    <${List} list=${list} caption=${t(`queue.${queue}`)} empty=${warning ? t('queue.none_at') : t(`queue.empty_${queue}`)}
      table=${queue === 'return' ? ReturnTable : undefined} />`;
}

export function Search({ query }) {
  const q = query.get('q') ?? '';
  const list = useList(q, '/api/v1/search', { q });
  return html`<${Title}>${t('search.title', { q })}<//>
    <${List} list=${list} caption=${t('search.title', { q })} empty=${t('search.empty')} />`;
}

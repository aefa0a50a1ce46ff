/* Working calendars: a month as the whole stack of levels makes it, the year's days that differ, its years and edits. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { date, instant, now } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { CalendarEdit } from './calendar_edit.js';
import { Part } from './dossier_parts.js';

const WEEK = [1, 2, 3, 4, 5, 6, 0];
const PLAIN = new Set(['workday', 'weekend']);
const pathOf = (key) => `/api/v1/calendars/${encodeURIComponent(key)}`;
const two = (n) => String(n).padStart(2, '0');

/* Weeks of a month, Monday first: each an array of seven days or nulls. */
function weeksOf(days) {
  if (!days.length) return [];
  const lead = (new Date(`${days[0].on}T00:00:00Z`).getUTCDay() + 6) % 7;
  const cells = [...Array(lead).fill(null), ...days];
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(7 * i, 7 * i + 7));
}

function Day({ day }) {
  if (!day) return html`<td></td>`;
  const isPlain = PLAIN.has(day.kind);
  return html`<td class=${day.is_working ? 'cal-day' : 'cal-day cal-off'} aria-current=${day.on === now().slice(0, 10) ? 'date' : undefined}>
    <strong>${Number(day.on.slice(8))}</strong>
    ${!isPlain && html`<div class=${`small cal-kind cal-${day.kind}`}>${day.name || day.label}</div>`}
    ${!isPlain && html`<div class="small quiet">${day.is_working ? day.sessions : t('cal.off')}</div>`}</td>`;
}

function Month({ days, label }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table class="month">
    <caption class="hidden">${label}</caption>
    <thead><tr>${WEEK.map((day) => html`<th scope="col" key=${day}>${t(`weekday.short_${day}`)}</th>`)}</tr></thead>
    <tbody>${weeksOf(days).map((week, i) => html`<tr key=${i}>${week.map((day, j) => html`<${Day} key=${j} day=${day} />`)}</tr>`)}</tbody>
  </table></div>`;
}

/* A citation; the mark behind one that nobody has held against the text yet is told in words. */
function Source({ text }) {
  const [, plain, mark] = /^(.*?)\s*(\[(?:G|OPEN)[^\]]*\])?$/s.exec(text ?? '');
  return html`${plain}${mark && html` <${Tag} level="wait">${t('cal.unchecked')}<//>`}`;
}

/* What differs from an ordinary week, with the decision it rests on. */
function Special({ days, year }) {
  const rows = days.filter((day) => !PLAIN.has(day.kind));
  return html`<${Part} title=${t('cal.special', { year })}>
    ${!rows.length && html`<p class="quiet">${t('cal.special_none')}</p>`}
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('cal.special', { year })}><table>
      <thead><tr><th scope="col">${t('column.day')}</th><th scope="col">${t('column.kind')}</th><th scope="col">${t('cal.name')}</th>
        <th scope="col">${t('cal.sessions')}</th><th scope="col">${t('cal.level')}</th><th scope="col" class="wide">${t('cal.source')}</th></tr></thead>
      <tbody>${rows.map((day) => html`<tr key=${day.on}><td class="code">${date(day.on)}</td><td>${day.label}</td><td>${day.name}</td>
        <td>${day.is_working ? day.sessions : t('cal.off')}</td><td>${t(`cal.level_${day.level}`)}</td>
        <td class="wide small"><${Source} text=${day.source} /></td></tr>`)}</tbody></table></div>`}<//>`;
}

/* The year held against the law's days: what a person may confirm. */
function Check({ calendar, year, onPropose }) {
  const [isAsked, setAsked] = useState(false);
  const loaded = useLoad(isAsked ? `${calendar.key}/${year}/${calendar.version}/${store.get().language}` : '', async () => (
    isAsked ? read(`${pathOf(calendar.key)}/check`, { year }) : null));
  const check = loaded.value;
  return html`<${Part} title=${t('cal.check', { year })}>
    <p class="quiet">${t('cal.check_about')}</p>
    ${!isAsked && html`<button type="button" onClick=${() => setAsked(true)}>${t('cal.check_do', { year })}</button>`}
    ${isAsked && !check && html`<${Loading} of=${loaded} />`}
    ${check && html`<p>${t('cal.check_sum', { missing: check.missing, extra: check.extra, different: check.different })}</p>
      ${!check.is_sure && html`<p class="note note-warn">${t('cal.check_unsure')}</p>`}
      <div class="scroll" tabindex="0" role="region" aria-label=${t('cal.check', { year })}><table>
        <thead><tr><th scope="col">${t('column.day')}</th><th scope="col">${t('cal.finding')}</th><th scope="col">${t('cal.why')}</th>
          <th scope="col" class="wide">${t('column.law')}</th></tr></thead>
        <tbody>${check.items.map((row) => html`<tr key=${row.on + row.state}><td class="code">${date(row.on)}</td>
          <td><${Tag} level=${row.state === 'agrees' ? 'done' : 'certain'}>${t(`cal.finding_${row.state}`)}<//></td>
          <td>${row.reason}</td><td class="wide small"><${Source} text=${row.source} /></td></tr>`)}</tbody></table></div>
      ${check.rows && onPropose && html`<p class="buttons"><button type="button" onClick=${() => onPropose(check)}>${t('cal.propose')}</button></p>`}`}
  <//>`;
}

function Changes({ calendar }) {
  const loaded = useLoad(`${calendar.key}/${calendar.version}`, () => read('/api/v1/changes', { kind: 'calendar', key: calendar.key, limit: 20 }));
  const rows = loaded.value?.items;
  return html`<${Part} title=${t('cal.changes')}>
    ${!rows && html`<${Loading} of=${loaded} />`}
    ${rows && !rows.length && html`<p class="quiet">${t('cal.changes_none')}</p>`}
    ${rows?.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('cal.changes')}><table>
      <thead><tr><th scope="col">${t('column.at')}</th><th scope="col">${t('column.what')}</th><th scope="col">${t('cal.source')}</th>
        <th scope="col">${t('column.who')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${row.id}><td>${instant(row.recorded_at)}</td>
        <td>${t(`cal.operation_${row.action}`)}, ${t('cal.from', { date: date(row.effective_on) })}
          <details><summary class="small">${t('cal.rows')}</summary>
            ${row.before && html`<pre class="small"><del>${row.before}</del></pre>`}${row.after && html`<pre class="small">${row.after}</pre>`}</details></td>
        <td>${row.source}<div class="quiet small">${row.reason}</div></td><td>${row.author_name ?? row.author}</td></tr>`)}</tbody></table></div>`}
  <//>`;
}

function Years({ years }) {
  return html`<p>${(years ?? []).map((row) => html`<span key=${row.year}>${row.year} ${' '}<${Tag} level=${row.state === 'published' ? 'done' : 'certain'}>${t(`cal.year_${row.state}`)}<//>${' '}</span>`)}</p>`;
}

/* Chooses calendar and month by the address, so that a page can be sent to a colleague. */
function Choose({ list, at }) {
  const go = (change) => {
    const next = { ...at, ...change };
    location.hash = `#/calendar/${encodeURIComponent(next.key)}?year=${next.year}&month=${next.month}`;
  };
  const step = (n) => {
    const month = at.month - 1 + n;
    go({ year: at.year + Math.floor(month / 12), month: ((month % 12) + 12) % 12 + 1 });
  };
  return html`<div class="filters">
    <div class="field field-wide"><label for="cal-key">${t('cal.calendar')}</label>
      <select id="cal-key" value=${at.key} onChange=${(event) => go({ key: event.target.value })}>
        ${list.map((row) => html`<option key=${row.key} value=${row.key}>${row.name}</option>`)}</select></div>
    <div class="buttons"><button type="button" onClick=${() => step(-12)} aria-label=${t('cal.year_before')}>«</button>
      <button type="button" onClick=${() => step(-1)} aria-label=${t('cal.month_before')}>‹</button>
      <strong class="cal-at" aria-live="polite">${t('cal.month', { month: at.month, year: at.year })}</strong>
      <button type="button" onClick=${() => step(1)} aria-label=${t('cal.month_after')}>›</button>
      <button type="button" onClick=${() => step(12)} aria-label=${t('cal.year_after')}>»</button></div>
  </div>`;
}

function Whole({ at, list }) {
  const me = store.useStore((s) => s.me);
  const [proposal, setProposal] = useState(null);
  const calendar = useLoad(at.key, () => read(pathOf(at.key)));
  const version = calendar.value?.version ?? 0;
  const days = useLoad(`${at.key}/${at.year}/${calendar.value ? version : 'none'}/${store.get().language}`, async () => (
    calendar.value ? (await read(`${pathOf(at.key)}/days`, { from: `${at.year}-01-01`, to: `${at.year}-12-31` })).items : null));
  const year = calendar.value?.years?.find((row) => row.year === at.year);
  const isEditor = store.may(me, 'edit_rules');
  const start = `${at.year}-${two(at.month)}`;
  if (!calendar.value) return html`<${Choose} list=${list} at=${at} /><${Loading} of=${calendar} />`;
  return html`<${Choose} list=${list} at=${at} />
    ${year?.state !== 'published' && html`<p class="note note-warn">${t(`cal.note_${year?.state ?? 'missing'}`, { year: at.year })}</p>`}
    ${!days.value && html`<${Loading} of=${days} />`}
    ${days.value && html`<${Month} days=${days.value.filter((day) => day.on.startsWith(start))} label=${t('cal.month', { month: at.month, year: at.year })} />`}
    <p class="list-foot">${t('cal.export')}: <a href=${`${pathOf(at.key)}/export?format=csv`} download>CSV</a> ·
      ${' '}<a href=${`${pathOf(at.key)}/export?format=ics&year=${at.year}`} download>iCalendar ${at.year}</a></p>
    <${Years} years=${calendar.value.years} />
    ${days.value && html`<${Special} days=${days.value} year=${at.year} />`}
    <${Check} key=${`${at.key}/${at.year}`} calendar=${calendar.value} year=${at.year} onPropose=${isEditor && setProposal} />
    ${isEditor && html`<${CalendarEdit} key=${`${at.key}/${proposal?.year ?? ''}`} calendar=${calendar.value} year=${at.year} proposal=${proposal}
      onDone=${() => { setProposal(null); calendar.reload(); }} />`}
    <${Changes} calendar=${calendar.value} />`;
}

export function Calendar({ rest, query }) {
  const today = now();
  const list = useLoad('calendars', async () => (await read('/api/v1/calendars')).items);
  const at = {
    key: rest[0] ?? list.value?.[0]?.key,
    year: Number(query.get('year')) || Number(today.slice(0, 4)),
    month: Number(query.get('month')) || Number(today.slice(5, 7)),
  };
  return html`<${Title}>${t('cal.title')}<//>
    ${!list.value && html`<${Loading} of=${list} />`}
    ${list.value && !list.value.length && html`<p class="empty">${t('cal.none')}</p>`}
    ${list.value && at.key && html`<${Whole} at=${at} list=${list.value} />`}`;
}

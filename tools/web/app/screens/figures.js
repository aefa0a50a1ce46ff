/* The dossiers behind a figure of a form, as they stood at the form's moment. */
import { html } from '../lib/preact.js';
import { date, instant, number } from '../format.js';
import { Tag, Title } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { List, useList } from './queue.js';

/* How it stood: ended early, on time or late, or open in time or overdue. */
function Stand({ row }) {
  const isLate = row.days_late !== undefined;
  const text = row.ended_at ? t(`due.ended_${row.judgement === 'none' ? 'on_time' : row.judgement}`)
    : t(row.is_overdue ? 'form.open_overdue' : row.is_waiting ? 'figures.waiting' : 'form.open_in_time');
  return html`<${Tag} level=${isLate ? 'late' : row.ended_at ? 'done' : 'fine'}>${text}<//>
    ${isLate && html`<div class="small">${t('figures.days_late', { n: row.days_late })}</div>`}`;
}

/* Passages or requests of one dossier, and what passages took of their budgets. */
function Times({ row }) {
  const isOver = row.used_minutes > row.budget_minutes;
  return html`${row.times > 1 ? html`<div>${t('figures.times', { n: number(row.times) })}</div>` : ''}
    ${row.used_minutes === undefined ? '' : html`${t(isOver ? 'figures.over' : 'figures.used', { used: number(row.used_minutes), budget: number(row.budget_minutes) })}`}`;
}

function Table({ rows, caption }) {
  const hasTimes = rows.some((row) => row.used_minutes !== undefined || row.times > 1);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="dossiers">
    <caption class="hidden">${caption}</caption>
    <thead><tr><th scope="col">${t('column.code')}</th><th scope="col">${t('figures.stand')}</th>${hasTimes && html`<th scope="col">${t('figures.took')}</th>`}<th scope="col">${t('figures.due')}</th>
      <th scope="col" class="wide">${t('figures.procedure')}</th><th scope="col" class="wide">${t('column.received')}</th>
      <th scope="col" class="wide">${t('figures.ended')}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.code}>
      <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.code)}`}>${row.code}</a></td>
      <td><${Stand} row=${row} /></td>${hasTimes && html`<td><${Times} row=${row} /></td>`}<td>${instant(row.due_at)}</td>
      <td class="wide"><div>${row.procedure_name}</div><div class="quiet small">${row.office_name}</div></td>
      <td class="wide">${date(row.received_at)} <span class="quiet small">${word('channel', row.channel)}</span></td>
      <td class="wide">${date(row.ended_at)}</td></tr>`)}</tbody></table></div>`;
}

/* In the address: what is asked of the daemon; and what a reader needs to know where he is: form, column and row by name. */
export function Figures({ query }) {
  const { label, heading, form = 'II.06a', ...words } = Object.fromEntries(query);
  const list = useList(`${query} ${store.get().language}`, `/api/v1/statistics/${encodeURIComponent(form)}/dossiers`, words);
  const { column, ...asked } = words;
  const file = (format) => `/api/v1/statistics/${encodeURIComponent(form)}/dossiers?${new URLSearchParams({ ...words, format })}`;
  const back = new URLSearchParams(Object.entries(asked).filter(([key]) => ['from', 'to', 'as_of', 'office', 'office_only', 'group_by', 'view', 'calendar', 'span', 'periods'].includes(key)));
  return html`<${Title}>${t('figures.title')}<//>
    <p>${t('figures.about', { column: heading ?? t(`form.name_${column}`), from: date(words.from), to: date(words.to) })}
      ${label && html` · <strong>${label}</strong>`} · <a href=${`#/statistics${form === 'II.06a' ? '' : `/${form}`}?${back}`}>${t('figures.back')}</a>
      ${' '}· <a href=${file('csv')} download>${t('form.csv')}</a> · <a href=${file('xlsx')} download>${t('form.xlsx')}</a></p>
    <${List} list=${list} caption=${t('figures.title')} empty=${t('figures.none')} table=${Table} />`;
}

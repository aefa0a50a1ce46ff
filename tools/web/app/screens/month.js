/* What the Office needs on the first working day of a month, on one page: the form and whether it balances, the late list with
 * causes and letters, whom to chase, the trend, and how far the closing is. Each part leads to the page that it is taken from. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { Rows } from '../edit.js';
import { date, number } from '../format.js';
import { Bar, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { Ask, askedOf } from './statistics_ask.js';

const CHASED_SHOWN = 5;
const MONTHS = 6;
const STATES = { draft: 'risk', closed: 'done', reopened: 'certain' };

const cellsOf = (report, row) => Object.fromEntries(report.columns.map((column, i) => [column.key, row.cells[i]]));
const shown = (cell) => cell?.shown ?? (cell?.n === null || cell?.n === undefined ? '–' : number(cell.n));
const linkTo = (place, asked, more = {}) => `#/statistics${place}?${new URLSearchParams(Object.entries({
  from: asked.from, to: asked.to, office: asked.office, ...more }).filter(([, value]) => value))}`;

function useForm06(asked) {
  return useLoad(`form ${JSON.stringify(asked)}`, () => read('/api/v1/statistics/II.06a', { ...asked, group_by: 'none' }));
}

function TheForm({ asked }) {
  const form = useForm06(asked);
  const total = form.value?.total;
  return html`<${Part} title=${t('form.title')}>
    ${!total ? html`<${Loading} of=${form} />` : html`<${Facts} rows=${[
      [t('month.received'), t('month.received_of', { n: number(total.total_received), online: number(total.online), before: number(total.carried_over) })],
      [t('month.done'), t('month.done_of', { n: number(total.total_done), early: number(total.early), on_time: number(total.on_time), late: number(total.late) })],
      [t('month.open'), t('month.open_of', { n: number(total.total_open), late: number(total.open_overdue) })],
      [t('month.sums'), html`<${Tag} level=${form.value.is_balanced ? 'done' : 'late'}>${t(form.value.is_balanced ? 'month.balanced' : 'month.unbalanced')}<//>`],
    ]} />`}
    ${(form.value?.notes ?? []).map((note) => html`<p key=${note} class="note note-warn">${note}</p>`)}
    <p><a href=${linkTo('', asked)}>${t('month.open_form')}</a> · <a href=${linkTo('/by-unit', asked)}>${t('report.by_unit')}</a></p><//>`;
}

function Late({ asked }) {
  const report = useLoad(`late ${JSON.stringify(asked)}`, () => read('/api/v1/statistics/lateness', { ...asked, group_by: 'office' }));
  const cells = report.value?.total && cellsOf(report.value, report.value.total);
  return html`<${Part} title=${t('month.late')}>
    ${!cells ? html`<${Loading} of=${report} />` : html`<${Facts} rows=${[
      [t('month.late_all'), t('month.late_of', { n: shown(cells.late), done: shown(cells.late_done), open: shown(cells.late_open) })],
      [t('month.rate'), `${shown(cells.late_done_rate)} (${shown(cells.late_done)}/${shown(cells.total_done)})`],
      [t('month.causes'), t('month.causes_of', { subjective: shown(cells.subjective), objective: shown(cells.objective), undetermined: shown(cells.undetermined) })],
      [t('month.letters'), t('month.letters_of', { owed: shown(cells.letters_owed), in_time: shown(cells.letters_in_time), late: shown(cells.letters_late), none: shown(cells.letters_none) })],
      [t('month.apology'), shown(cells.apology_rate)],
    ]} />`}
    <p><a href=${linkTo('/late', asked)}>${t('late_list.title')}</a> · <a href=${linkTo('/lateness', asked)}>${t('report.lateness')}</a> · <a href=${linkTo('/late-intake', asked)}>${t('late_list.intake')}</a></p><//>`;
}

function Chase({ asked }) {
  const list = useLoad(`chase ${JSON.stringify(asked)}`, () => read('/api/v1/statistics/chasing', asked));
  const above = list.value?.rows.filter((row) => row.is_above) ?? [];
  return html`<${Part} title=${t('chasing.title')}>
    ${!list.value ? html`<${Loading} of=${list} />` : !above.length ? html`<p class="quiet">${t('month.nobody')}</p>`
    : html`<${Rows} caption=${t('chasing.title')} keyOf=${(r) => r.office} rows=${above.slice(0, CHASED_SHOWN)} columns=${[
      { head: 'column.office', isHead: true, of: (r) => r.office_name },
      { head: 'month.late_column', isFigure: true, of: (r) => html`<span class="late">${number(r.late)}</span>` },
      { head: 'month.slip', of: (r) => (r.slip ? html`<${Tag} level="done">${t('month.has_slip')}<//>` : html`<span class="code">${t('month.no_slip')}</span>`) }]} />
      ${above.length > CHASED_SHOWN && html`<p class="quiet small">${t('month.more', { n: above.length - CHASED_SHOWN })}</p>`}`}
    <p><a href=${linkTo('/chasing', asked)}>${t('month.open_chasing')}</a></p><//>`;
}

function Trend({ asked }) {
  const report = useLoad(`trend ${JSON.stringify(asked)}`, () => read('/api/v1/statistics/trend', { ...asked, periods: MONTHS }));
  const rows = report.value?.rows.map((row) => ({ ...cellsOf(report.value, row), key: row.key, label: row.label })) ?? [];
  return html`<${Part} title=${t('report.trend')}>
    ${!report.value ? html`<${Loading} of=${report} />` : html`<${Rows} caption=${t('report.trend')} keyOf=${(r) => r.key} rows=${[...rows].reverse()} columns=${[
      { head: 'month.period', isHead: true, of: (r) => r.label },
      { head: 'month.received_column', isFigure: true, of: (r) => shown(r.total_received) }, { head: 'month.done_column', isFigure: true, of: (r) => shown(r.total_done) },
      { head: 'month.late_column', isFigure: true, of: (r) => shown(r.late) },
      { head: 'month.rate', isFigure: true, of: (r) => html`${shown(r.late_rate)} ${r.total_done?.n > 0 && html`<${Bar} used=${r.late.n} budget=${r.total_done.n} label=${t('month.bar', { late: r.late.n, of: r.total_done.n })} />`}` },
      { head: 'month.overdue_column', isFigure: true, of: (r) => shown(r.open_overdue) }]} />`}
    <p><a href=${linkTo('/trend', asked)}>${t('month.open_trend')}</a></p><//>`;
}

function Closing({ asked }) {
  const list = useLoad(`closings ${asked.office}`, () => read('/api/v1/statistics/closings', { office: asked.office || undefined, limit: 100 }));
  const found = list.value?.items.filter((c) => c.from === asked.from && c.to === asked.to) ?? [];
  return html`<${Part} title=${t('closing.title')}>
    ${!list.value ? html`<${Loading} of=${list} />` : !found.length ? html`<p class="quiet">${t('month.not_closed')}</p>`
    : html`<ul class="tight">${found.map((c) => html`<li key=${c.id}><a href=${`#/statistics/closing/${c.id}`}>${c.office_name}</a> <${Tag} level=${STATES[c.state]}>${t(`closing.state_${c.state}`)}<//></li>`)}</ul>`}
    <p><a href=${linkTo('/closing', asked)}>${t('month.open_closing')}</a> · <a href=${`/api/v1/statistics/evidence?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value))}`} download>${t('month.evidence')}</a></p><//>`;
}

export function Month({ place, query }) {
  const typed = askedOf(query);
  const asked = Object.fromEntries(Object.entries({ from: typed.from, to: typed.to, as_of: typed.as_of, office: typed.office, office_only: typed.office_only }).filter(([, value]) => value));
  const language = store.get().language;
  return html`<${Ask} key=${JSON.stringify(typed)} asked=${typed} path=${place.path} />
    <p class="quiet">${t('month.about', { from: date(asked.from), to: date(asked.to) })}</p>
    <div class="columns" key=${language}>
      <div><${TheForm} asked=${asked} /><${Late} asked=${asked} /><${Trend} asked=${asked} /></div>
      <div><${Chase} asked=${asked} /><${Closing} asked=${asked} /></div>
    </div>`;
}

/* What every table of figures is asked of: period, moment, office, rows; the same form above each. */
import { html, useState } from '../lib/preact.js';
import { read, readAll } from '../api.js';
import { Choice } from '../choice.js';
import { Moment } from '../fields.js';
import { visit } from '../keys.js';
import { useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';

const PRESETS = ['month', 'last_month', 'calendar_month', 'last_calendar_month']; // a click away; the others stand in the list

let known = []; // the periods that the daemon offers, read before any of these screens is drawn

/* The periods that forms are asked for, by the daemon's clock. */
export const usePeriods = () => useLoad(`periods ${store.get().language}`, async () => {
  known = (await read('/api/v1/statistics/periods')).items;
  return known;
});

/* What the address asks, with the state reports' month for the period where it says none. */
export function askedOf(query, groups) {
  const month = known.find((p) => p.key === 'month');
  return { from: month?.from, to: month?.to, as_of: '', office: '', ...(groups ? { group_by: groups[0] } : {}), ...Object.fromEntries(query) };
}

/* The two together, for screens that wait for neither. */
export function useAsked(query, groups) {
  return { asked: askedOf(query, groups), periods: { value: known } };
}

/* `path` of the screen below #/statistics, "" or "/by-unit"; `more`: further fields, given what is typed and how to set it. */
export function Ask({ asked, groups, path, problem, more: More }) {
  const [typed, setTyped] = useState(asked);
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  const items = known;
  const set = (field, value) => setTyped((old) => ({ ...old, [field]: value }));
  const ask = (next) => visit(`#/statistics${path}?${new URLSearchParams(Object.entries(next).filter(([, value]) => value))}`);
  const take = (key) => {
    const p = items.find((item) => item.key === key);
    if (p) setTyped((old) => ({ ...old, from: p.from, to: p.to, as_of: '' }));
  };
  const submit = (event) => {
    event.preventDefault();
    ask(typed);
  };
  const dateField = (field) => html`<div class="field field-day"><label for=${`stats-${field}`}>${t(`field.${field}`)}</label>
    <${Moment} isDay=${true} value=${typed[field]} set=${(value) => set(field, value)} common=${{
      id: `stats-${field}`,
      required: field !== 'as_of',
      'aria-invalid': problem?.field === field ? 'true' : undefined,
      'aria-describedby': problem?.field === field ? 'stats-problem' : undefined,
    }} /></div>`;
  return html`<form class="filters" onSubmit=${submit}>
      ${dateField('from')}${dateField('to')}${dateField('as_of')}
      <div class="field field-wide"><label for="stats-office">${t('field.stats_office')}</label>
        <${Choice} id="stats-office" value=${typed.office} onChoose=${(office) => set('office', office)}
          placeholder=${t('form.every_office')} items=${offices.value?.map((o) => ({ key: o.key, name: o.name }))} /></div>
      ${typed.office && html`<div class="field field-check"><label><input type="checkbox" checked=${typed.office_only === 'true'}
        onChange=${(event) => set('office_only', event.target.checked ? 'true' : '')} /> ${t('report.office_only')}</label></div>`}
      ${groups && html`<div class="field"><label for="stats-group">${t('field.group_by')}</label>
        <select id="stats-group" value=${typed.group_by} onChange=${(event) => set('group_by', event.target.value)}>
          ${groups.map((group) => html`<option key=${group} value=${group}>${t(`group.${group}`)}</option>`)}</select></div>`}
      ${More && html`<${More} typed=${typed} set=${set} />`}
      <button type="submit" class="main">${t('form.show')}</button>
      <div class="presets">${items.filter((p) => PRESETS.includes(p.key)).map((p) => html`<button type="button" key=${p.key}
        onClick=${() => ask({ ...typed, from: p.from, to: p.to, as_of: '' })}>${p.label} ${t(`report.short_${p.calendar}`)}</button>`)}
        <select aria-label=${t('report.period')} value="" onChange=${(event) => take(event.target.value)}>
          <option value="">${t('report.period')}</option>
          ${['state', 'calendar'].map((calendar) => html`<optgroup key=${calendar} label=${t(`report.calendar_${calendar}`)}>
            ${items.filter((p) => p.calendar === calendar).map((p) => html`<option key=${p.key} value=${p.key}>${p.label}</option>`)}</optgroup>`)}</select></div>
    </form>
    ${problem && html`<p class="note note-bad" role="alert" id="stats-problem">${problem.message}</p>`}`;
}

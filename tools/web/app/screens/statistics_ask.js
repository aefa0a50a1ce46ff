/* What every table of figures is asked of: period, moment, office, rows; the same form above each. */
import { html, useState } from '../lib/preact.js';
import { readAll } from '../api.js';
import { Choice } from '../choice.js';
import { Moment } from '../fields.js';
import { now } from '../format.js';
import { visit } from '../keys.js';
import { useLoad } from '../parts.js';
import { t } from '../text.js';

/* The state reports' month: the 15th of the month before to the 14th (law: reporting periods); and the calendar's. */
function periods(today) {
  const [y, m, d] = today.slice(0, 10).split('-').map(Number);
  const at = (month, day) => new Date(Date.UTC(y, m - 1 + month, day)).toISOString().slice(0, 10);
  const shift = d > 14 ? 1 : 0;
  return {
    report: [at(shift - 1, 15), at(shift, 14)],
    month: [at(0, 1), at(1, 0)],
    last: [at(-1, 1), at(0, 0)],
  };
}

/* What the address asks, with the state reports' month for the period where it says none. */
export function askedOf(query, groups) {
  const [from, to] = periods(now()).report;
  return { from, to, as_of: '', office: '', ...(groups ? { group_by: groups[0] } : {}), ...Object.fromEntries(query) };
}

/* `path` of the screen below #/statistics, "" or "/by-unit"; `more`: further fields, given what is typed and how to set it. */
export function Ask({ asked, groups, path, problem, more: More }) {
  const [typed, setTyped] = useState(asked);
  const offices = useLoad('offices', () => readAll('/api/v1/offices'));
  const presets = periods(now());
  const set = (field, value) => setTyped((old) => ({ ...old, [field]: value }));
  const ask = (next) => visit(`#/statistics${path}?${new URLSearchParams(Object.entries(next).filter(([, value]) => value))}`);
  const submit = (event) => {
    event.preventDefault();
    ask(typed);
  };
  const dateField = (field) => html`<div class="field"><label for=${`stats-${field}`}>${t(`field.${field}`)}</label>
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
      <div class="presets">${Object.keys(presets).map((key) => html`<button type="button" key=${key}
        onClick=${() => ask({ ...typed, from: presets[key][0], to: presets[key][1], as_of: '' })}>${t(`preset.${key}`)}</button>`)}</div>
    </form>
    ${problem && html`<p class="note note-bad" role="alert" id="stats-problem">${problem.message}</p>`}`;
}

/* A table of figures: what it is asked of, and the table. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { Chart } from '../chart.js';
import { Loading, useLoad } from '../parts.js';
import { Report } from '../report.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Ask, askedOf } from './statistics_ask.js';

export function ReportScreen({ place, query }) {
  const asked = askedOf(query, place.groups);
  const url = `/api/v1/statistics/${place.form}`;
  const report = useLoad(JSON.stringify([place.form, asked, store.get().language]), () => read(url, asked));
  return html`<${Ask} asked=${asked} groups=${place.groups} path=${place.path} problem=${report.problem} more=${place.more} />
    ${!report.value && !report.problem && html`<${Loading} of=${report} />`}
    ${report.value && html`<${Chart} value=${report.value} />`}
    ${report.value && html`<${Report} value=${report.value} asked=${asked} url=${url} />`}`;
}

/* One of some words, as a field of the form above a table. */
function Word({ typed, set, name, words }) {
  return html`<div class="field"><label for=${`stats-${name}`}>${t(`report.${name}`)}</label>
    <select id=${`stats-${name}`} value=${typed[name] ?? words[0]} onChange=${(event) => set(name, event.target.value)}>
      ${words.map((word) => html`<option key=${word} value=${word}>${t(`report.${name}_${word}`)}</option>`)}</select></div>`;
}

export const LatenessMore = (props) => html`<${Word} ...${props} name="view" words=${['due', 'original', 'portal']} />`;

export const TrendMore = (props) => html`<${Word} ...${props} name="calendar" words=${['state', 'calendar']} />
  <${Word} ...${props} name="span" words=${['month', 'quarter', 'half', 'year']} />`;

/* A table of figures: what it is asked of, and the table. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { Loading, useLoad } from '../parts.js';
import { Report } from '../report.js';
import * as store from '../store.js';
import { Ask, askedOf } from './statistics_ask.js';

export function ReportScreen({ place, query }) {
  const asked = askedOf(query, place.groups);
  const url = `/api/v1/statistics/${place.form}`;
  const report = useLoad(JSON.stringify([place.form, asked, store.get().language]), () => read(url, asked));
  return html`<${Ask} asked=${asked} groups=${place.groups} path=${place.path} problem=${report.problem} more=${place.more} />
    ${!report.value && !report.problem && html`<${Loading} of=${report} />`}
    ${report.value && html`<${Report} value=${report.value} asked=${asked} url=${url} />`}`;
}

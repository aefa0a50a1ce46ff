/* Statistics: the forms and tables, one below another in the navigation; a figure of any leads to its dossiers. */
import { html } from '../lib/preact.js';
import { Loading, Title } from '../parts.js';
import { t } from '../text.js';
import { Figures as Behind } from './figures.js';
import { usePeriods } from './statistics_ask.js';
import { PLACES } from './statistics_places.js';

/* What a reader asked for stays asked from place to place. */
const KEPT = ['from', 'to', 'as_of', 'office', 'office_only'];
function linkOf(place, query) {
  const kept = KEPT.map((name) => [name, query.get(name)]).filter(([, value]) => value);
  return `#/statistics${place.path}${kept.length ? `?${new URLSearchParams(kept)}` : ''}`;
}

/* The groups, and beneath them the places of the one that is open. */
function Places({ at, query }) {
  const shown = PLACES.filter((row) => !row.isBehind || row === at);
  const groups = [...new Set(PLACES.map((row) => row.group))].map((group) => shown.filter((row) => row.group === group));
  const beneath = groups.find((rows) => rows.includes(at));
  return html`<nav class="tabs" aria-label=${t('report.places')}>${groups.map((rows) => html`<a key=${rows[0].group} href=${linkOf(rows[0], query)}
      aria-current=${rows !== beneath ? undefined : rows.length > 1 ? 'true' : 'page'}>${t(rows.length > 1 ? `report.group_${rows[0].group}` : rows[0].text)}</a>`)}</nav>
    ${beneath.length > 1 && html`<nav class="tabs tabs-beneath" aria-label=${t(`report.group_${at.group}`)}>${beneath.map((row) => html`<a key=${row.key}
      href=${linkOf(row, query)} aria-current=${row === at ? 'page' : undefined}>${t(row.text)}</a>`)}</nav>`}`;
}

export function Statistics({ rest, query }) {
  const periods = usePeriods();
  if (rest[0] === 'dossiers') return html`<${Behind} query=${query} />`;
  const place = PLACES.find((row) => row.path === (rest[0] ? `/${rest[0]}` : '')) ?? PLACES.find((row) => row.path === '');
  const { screen: Screen } = place;
  return html`<${Title}>${t(place.text)}<//>
    <${Places} at=${place} query=${query} />
    ${periods.value ? html`<${Screen} key=${place.key} place=${place} rest=${rest} query=${query} />` : html`<${Loading} of=${periods} />`}`;
}

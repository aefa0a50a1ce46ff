/* Statistics: the forms and tables, one below another in the navigation; a figure of any leads to its dossiers. */
import { html } from '../lib/preact.js';
import { Loading, Title } from '../parts.js';
import { t } from '../text.js';
import { Figures as Behind } from './figures.js';
import { usePeriods } from './statistics_ask.js';
import { PLACES } from './statistics_places.js';

export function Statistics({ rest, query }) {
  const periods = usePeriods();
  if (rest[0] === 'dossiers') return html`<${Behind} query=${query} />`;
  const place = PLACES.find((row) => row.path === (rest[0] ? `/${rest[0]}` : '')) ?? PLACES.find((row) => row.path === '');
  const { screen: Screen } = place;
  return html`<${Title}>${t(place.text)}<//>
    <nav class="tabs" aria-label=${t('report.places')}>${PLACES.filter((row) => !row.isBehind || row === place).map((row) => html`<a key=${row.key} href=${`#/statistics${row.path}`}
      aria-current=${row === place ? 'page' : undefined}>${t(row.text)}</a>`)}</nav>
    ${periods.value ? html`<${Screen} key=${place.key} place=${place} rest=${rest} query=${query} />` : html`<${Loading} of=${periods} />`}`;
}

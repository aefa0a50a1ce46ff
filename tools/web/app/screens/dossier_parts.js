/* What a dossier screen shows besides its actions: each part a heading and a table. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { clock, instant, minutes } from '../format.js';
import { Bar, Loading, useLoad } from '../parts.js';
import { t, word } from '../text.js';

export function Part({ title, children }) {
  return html`<section class="part"><h2>${title}</h2>${children}</section>`;
}

/* Name and value, one a line; a line without a value is left out. */
export function Facts({ rows }) {
  return html`<dl class="facts">${rows.filter(([, value]) => value).map(([name, value]) => html`
    <div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function Steps({ steps }) {
  return html`<${Part} title=${t('dossier.steps')}><table>
    <thead><tr><th scope="col">${t('column.number')}</th><th scope="col">${t('column.step')}</th>
      <th scope="col" class="figure">${t('column.used')}</th><th scope="col" class="figure">${t('column.budget')}</th>
      <th scope="col" class="wide"><span class="hidden">${t('column.bar')}</span></th></tr></thead>
    <tbody>${steps.map((step) => html`<tr key=${step.number} class=${step.is_current ? 'current' : ''}>
      <td class="figure">${step.number}</td>
      <td>${step.name}${step.is_current && html` <strong>${t('dossier.step_now')}</strong>`}
        <div class="quiet small">${word('step_office', step.office)} · ${word('role', step.role)}</div></td>
      <td class="figure">${minutes(step.used_minutes)}
        ${step.used_minutes > step.budget_minutes && html`<div class="late small">${t('dossier.over', { time: minutes(step.used_minutes - step.budget_minutes) })}</div>`}</td>
      <td class="figure">${minutes(step.budget_minutes)}</td>
      <td class="wide">${step.used_minutes !== undefined && html`<${Bar} used=${step.used_minutes}
        budget=${step.budget_minutes} label=${t('dossier.bar', { used: minutes(step.used_minutes), budget: minutes(step.budget_minutes) })} />`}</td>
    </tr>`)}</tbody></table><//>`;
}

export function Holds({ holds }) {
  return html`<${Part} title=${t('dossier.holds')}><table>
    <thead><tr><th scope="col">${t('column.kind')}</th><th scope="col">${t('column.from')}</th>
      <th scope="col">${t('column.to')}</th><th scope="col">${t('column.effect')}</th></tr></thead>
    <tbody>${holds.map((hold) => html`<tr key=${hold.from}><td>${word('hold_kind', hold.kind)}</td>
      <td>${instant(hold.from)}</td><td>${hold.to ? instant(hold.to) : t('dossier.hold_runs')}</td>
      <td>${word('hold_effect', hold.effect)}
        ${hold.began_after_due && html`<div class="small">${t('dossier.hold_after_due')}</div>`}
        ${hold.is_late_request && html`<div class="small">${t('dossier.hold_late')}</div>`}</td></tr>`)}</tbody>
  </table><//>`;
}

export function Opinions({ opinions }) {
  return html`<${Part} title=${t('dossier.opinions')}><table>
    <thead><tr><th scope="col">${t('column.office')}</th><th scope="col">${t('column.asked')}</th>
      <th scope="col">${t('column.answer_by')}</th><th scope="col">${t('column.answered')}</th></tr></thead>
    <tbody>${opinions.map((opinion) => html`<tr key=${opinion.office + opinion.asked_at}><td>${opinion.office_name}</td>
      <td>${instant(opinion.asked_at)}</td><td>${instant(opinion.answer_by)}</td>
      <td>${opinion.answered_at ? instant(opinion.answered_at) : t('dossier.no_answer')}</td></tr>`)}</tbody>
  </table><//>`;
}

export function Components({ components }) {
  return html`<${Part} title=${t('dossier.components')}><ul class="tight">
    ${components.map((c) => html`<li key=${c.name}>${c.name}${c.copies > 1 && html` × ${c.copies}`}</li>`)}</ul><//>`;
}

/* What can be printed now, each under the name that its circular gives it; letters have their own part. */
export function Papers({ code, version }) {
  const papers = useLoad(`papers/${code}/${version}`, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}/documents`));
  const items = papers.value?.items.filter((paper) => !paper.path.startsWith('/api/v1/letters/')) ?? [];
  return items.length > 0 && html`<${Part} title=${t('dossier.papers')}><ul class="tight papers">
    ${items.map((paper) => html`<li key=${paper.path}><a href=${paper.path} target="_blank" rel="noopener">${paper.title}</a>
      ${paper.created_at && html` <span class="quiet small">${instant(paper.created_at)}</span>`}</li>`)}</ul><//>`;
}

/* What happened, the latest first. */
export function Timeline({ code, version }) {
  const events = useLoad(`${code}/${version}`, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}/events`, { limit: 200 }));
  return html`<${Part} title=${t('dossier.timeline')}>
    ${!events.value && html`<${Loading} of=${events} />`}
    ${events.value && html`<table class="timeline">
      <thead><tr><th scope="col">${t('column.at')}</th><th scope="col">${t('column.what')}</th>
        <th scope="col">${t('column.who')}</th></tr></thead>
      <tbody>${[...events.value.items].reverse().map((event) => html`<tr key=${event.seq} class=${event.replaced_by ? 'replaced' : ''}>
        <td>${instant(event.at)}
          ${event.recorded_at.slice(0, 16) !== event.at.slice(0, 16) && html`<div class="quiet small">${t('event.recorded', { at: instant(event.recorded_at) })}</div>`}</td>
        <td>${event.label}${event.remark && html`<div class="small remark">${event.remark}</div>`}
          ${event.replaced_by && html`<div class="small">${t('event.replaced')}</div>`}</td>
        <td>${event.officer_name ?? event.officer ?? t('event.engine')}</td></tr>`)}</tbody></table>`}
  <//>`;
}

/* What others did since a version was read: nobody has to look for it in the timeline. */
export function Changed({ code, since, version, onHide }) {
  const events = useLoad(`${code}/${version}`, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}/events`, { limit: 200 }));
  if (!events.value && !events.problem) return null;
  const news = events.value?.items.filter((event) => event.seq > since) ?? [];
  return html`<div class="note changed" role="status"><p>${t('dossier.changed')}
      <button type="button" class="plain" onClick=${onHide}>${t('common.hide')}</button></p>
    ${news.length > 0 && html`<ul class="tight">${news.map((event) => html`<li key=${event.seq}>
      ${clock(event.recorded_at)} <strong>${event.label}</strong> – ${event.officer_name ?? event.officer ?? t('event.engine')}</li>`)}</ul>`}
  </div>`;
}

export function Person({ title, person }) {
  return html`<${Part} title=${title}><${Facts} rows=${[
    [t('field.name'), person.name], [t('field.identity'), person.identity],
    [t('field.phone'), person.phone], [t('field.address'), person.address], [t('field.email'), person.email],
  ]} /><//>`;
}


/* Somebody who was here before: found by the number as it is typed, taken over with one key, and with what is still open of
 * theirs, so that nobody files the same thing twice. */
import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { write } from '../api.js';
import { date } from '../format.js';
import { Tag } from '../parts.js';
import { t, word } from '../text.js';

const WAIT_MS = 400; // after the last key
const LEAST = { identity: 9, phone: 9 }; // digits or letters before anything is asked
const TAKEN = ['name', 'identity', 'phone', 'address', 'email'];

const bare = (text) => text.replace(/[^0-9A-Za-z]/g, '');

/* Asks once typing rests; an answer that comes late for another number is dropped. */
function useFound(identity, phone) {
  const [found, setFound] = useState(null);
  const turn = useRef(0);
  const by = bare(identity).length >= LEAST.identity ? { identity: identity.trim() } : bare(phone).length >= LEAST.phone ? { phone: phone.trim() } : null;
  const key = JSON.stringify(by);
  useEffect(() => {
    const mine = ++turn.current;
    setFound(null);
    if (!by) return undefined;
    const timer = setTimeout(async () => {
      try {
        const answer = await write('/api/v1/persons/find', by);
        if (mine === turn.current) setFound(answer.items);
      } catch {
        // Whoever types goes on typing: this is a help, and saving says what is wrong.
      }
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return found;
}

/* The dossier is open under another tab's eyes too: it opens beside what is typed. */
const link = (code) => html`<a class="code" href=${`#/dossier/${encodeURIComponent(code)}`} target="_blank" rel="noopener">${code}</a>`;

function Open({ rows, procedure }) {
  const same = rows.filter((row) => row.procedure === procedure);
  const others = rows.filter((row) => row.procedure !== procedure);
  return html`
    ${same.length > 0 && html`<p class="note note-warn" role="alert">${t('again.same')}
      ${same.map((row) => html` <span key=${row.code}>${link(row.code)} (${word('state', row.state)}${row.received_at ? `, ${date(row.received_at)}` : ''})</span>`)}</p>`}
    ${others.length > 0 && html`<p class="small">${t('again.open')} ${others.map((row, i) => html`<span key=${row.code}>${i > 0 && '; '}${link(row.code)} ${row.procedure_name}</span>`)}</p>`}`;
}

export function PersonAgain({ form, procedure }) {
  const { values } = form;
  const found = useFound(values.identity, values.phone);
  if (!found?.length) return null;
  const isTaken = (person) => TAKEN.every((name) => !person[name] || person[name] === values[name]);
  const take = (person) => {
    if (person.kind && person.kind !== 'person') form.set('kind', person.kind);
    for (const name of TAKEN) if (person[name]) form.set(name, person[name]);
  };
  return html`<div class="again" role="status">
    ${found.map(({ person, last_on: on, open }) => html`<div key=${`${person.name}/${person.identity}`}>
      <p><strong>${person.name}</strong> <span class="quiet">${[person.address, on && t('again.last', { on: date(on) })].filter(Boolean).join(' · ')}</span>
        ${isTaken(person) ? html` <${Tag} level="done">${t('again.taken')}<//>`
    : html` <button type="button" onClick=${() => take(person)}>${t('again.take')}</button>`}</p>
      <${Open} rows=${open} procedure=${procedure} />
    </div>`)}
  </div>`;
}

/* Shortcuts. Single letters work only while nobody types; they can be switched off (WCAG 2.1.4). */
import * as store from './store.js';
import { may } from './store.js';
import { t } from './text.js';

/* letter, text key, where it leads, right it needs */
export const PLACES = [
  { letter: 'h', key: 'nav.queue', to: '#/queue/mine' },
  { letter: 'n', key: 'nav.intake', to: '#/intake', right: 'accept' },
  { letter: 't', key: 'nav.late', to: '#/late' },
  { letter: 'd', key: 'nav.deadlines', to: '#/deadlines' },
  { letter: 'p', key: 'nav.letters', to: '#/letters' },
  { letter: 'b', key: 'nav.statistics', to: '#/statistics', right: 'read_statistics' },
  { letter: 'l', key: 'nav.calendar', to: '#/calendar' },
  { letter: 'q', key: 'nav.rules', to: '#/rules' },
  { letter: 'o', key: 'nav.organisation', to: '#/organisation', right: 'delegate' },
  { letter: 'g', key: 'nav.objectives', to: '#/objectives', right: 'edit_objective' },
  { letter: 'i', key: 'nav.audit', to: '#/audit', right: 'read_audit' },
  { letter: 's', key: 'nav.system', to: '#/system', right: 'run_sweep' },
];

export const placesOf = (me) => PLACES.filter((place) => !place.right || may(me, place.right));

/* Opens a place anew, also the one that is open: after a dossier was saved, the next intake. */
export function visit(to) {
  if (location.hash === to) dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = to;
}

const isTyping = (element) => element?.closest('input, select, textarea, [contenteditable]');

/* Moves the focus along the rows of results; near the end of what is shown the next page is asked for. A row that
 * somebody else took away leaves its place to the one that followed. */
const AHEAD = 10; // rows before the end
let place = { hash: '', rows: [], at: -1 }; // where the focus was put last, among which rows

function moveRow(step) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (!rows.length) return;
  const found = rows.indexOf(document.activeElement);
  const isLost = found < 0 && document.activeElement === document.body && place.hash === location.hash;
  const beside = isLost && (step > 0 ? place.rows.slice(place.at + 1) : place.rows.slice(0, place.at).reverse()).find((row) => row.isConnected);
  const to = found >= 0 ? Math.max(0, Math.min(rows.length - 1, found + step)) : Math.max(0, rows.indexOf(beside));
  rows[to].focus();
  place = { hash: location.hash, rows, at: to };
  if (step > 0 && to >= rows.length - AHEAD) document.querySelector('[data-more]:enabled')?.click();
}

/* A field that takes so many characters and no more would cut what is pasted, and nobody would see it: it is left as it was. */
function refuseLongPaste(event) {
  const field = event.target.closest?.('input[maxlength], textarea[maxlength]');
  const text = event.clipboardData?.getData('text') ?? '';
  if (!field || field.value.length - (field.selectionEnd - field.selectionStart) + text.length <= field.maxLength) return;
  event.preventDefault();
  const label = (field.labels?.[0]?.textContent ?? field.getAttribute('aria-label') ?? '').replace('*', '').trim();
  store.notify(t('field.long_paste', { field: label, n: text.length, max: field.maxLength }), 'bad');
}

export function listen() {
  document.addEventListener('paste', refuseLongPaste);
  document.addEventListener('keydown', (event) => {
    const { me, session, help, letterKeys } = store.get();
    if (event.ctrlKey && event.key === 'Enter') { // sends the form one is in, also from a field of several lines
      event.target.closest('form')?.requestSubmit();
      return;
    }
    if (!me || session !== 'open' || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (isTyping(event.target)) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && event.target.hasAttribute?.('data-row')) { // elsewhere they scroll
      event.preventDefault();
      moveRow(arrow);
      return;
    }
    if (event.key === '?') {
      event.preventDefault();
      store.set({ help: !help });
    } else if (!help && letterKeys) {
      const place = placesOf(me).find((p) => p.letter === event.key);
      if (place) visit(place.to);
      else if (event.key === '/') document.getElementById('search')?.focus();
      else if (event.key === 'j') moveRow(1);
      else if (event.key === 'k') moveRow(-1);
      else return;
      event.preventDefault();
    }
  });
}

/* Small pieces that every screen is made of. */
import { html, useEffect, useLayoutEffect, useRef, useState } from './lib/preact.js';
import * as store from './store.js';
import { t } from './text.js';
import { dueState } from './format.js';

/* On a narrow screen a row of places scrolls: where one is comes into sight. */
function showPlace() {
  for (const here of document.querySelectorAll('nav [aria-current]')) {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }
}

addEventListener('resize', showPlace);

/* The title of a screen; takes the focus when the screen is opened, so that a reader hears where it is. */
export function Title({ children, text }) {
  const ref = useRef();
  useEffect(() => {
    document.title = `${text ?? children} · ${t('app.name')}`;
  });
  useLayoutEffect(() => {
    showPlace();
    if (document.activeElement === document.body || !document.activeElement?.isConnected) {
      ref.current?.focus({ preventScroll: true });
    }
  }, []);
  return html`<h1 ref=${ref} tabindex="-1">${children}</h1>`;
}

/* [box, focusFirst]: what was done moves the focus to the first button of the box, in the drawing that shows it. */
export function useFirstButton() {
  const box = useRef();
  const [times, setTimes] = useState(0);
  useLayoutEffect(() => {
    if (times) box.current?.querySelector('button')?.focus();
  }, [times]);
  return [box, () => setTimes((n) => n + 1)];
}

/* How a dossier stands to its promise: colour and words. */
export function Due({ row }) {
  const due = dueState(row);
  return due && html`<span class=${`tag tag-${due.level}`}>${due.text}</span>`;
}

export function Tag({ level = 'fine', children }) {
  return html`<span class=${`tag tag-${level}`}>${children}</span>`;
}

/* Loads once for each `key`: {value, problem, isLoading, reload}. An answer that comes late for an earlier key is
 * dropped; while it reloads, what is shown stays. */
export function useLoad(key, load) {
  const [state, setState] = useState({ key: null });
  const turn = useRef(0);
  const run = async () => {
    const mine = ++turn.current;
    setState((old) => ({ ...(old.key === key ? old : {}), key, isLoading: true }));
    try {
      const value = await load();
      if (mine === turn.current) setState({ key, value, isLoading: false });
      return value;
    } catch (problem) {
      if (mine === turn.current) setState((old) => ({ ...old, key, problem, isLoading: false }));
      return null;
    }
  };
  useEffect(() => {
    run();
    return () => { turn.current++; };
  }, [key]);
  const current = state.key === key ? state : { isLoading: true };
  return { ...current, reload: run, replace: (value) => setState({ key, value, isLoading: false }) };
}

/* The state of something being loaded, where there is nothing to show yet. */
export function Loading({ of }) {
  if (of.problem) {
    return html`<div class="note note-bad" role="alert">
      <p>${of.problem.message}</p>
      <button type="button" onClick=${of.reload}>${t('common.again')}</button>
    </div>`;
  }
  return html`<p class="quiet" role="status">${t('common.loading')}</p>`;
}

/* The daemon's sentence about a whole form; one that names a field stands at the field. It takes the focus, unless the
 * form has a better place for it: which of two effects comes last is not for a screen to know. */
export function FormProblem({ problem, fields, takesFocus = true }) {
  const ref = useRef();
  const isHere = problem && !fields.includes(problem.field);
  useLayoutEffect(() => {
    if (isHere && takesFocus) ref.current?.focus();
  }, [problem]);
  return isHere && html`<div class="note note-bad" role="alert" tabindex="-1" ref=${ref}>
    <p>${problem.message}</p>
    ${problem.trace && html`<p class="quiet small">${t('problem.trace', { trace: problem.trace })}</p>`}
  </div>`;
}

/* The line between what was done and what comes next; also what is wrong with the line. */
export function Notices() {
  const notice = store.useStore((s) => s.notice);
  const line = store.useStore((s) => s.line);
  const dataAge = store.useStore((s) => s.dataAge);
  const live = store.useStore((s) => s.live);
  const isOutdated = store.useStore((s) => s.isOutdated);
  return html`<div class="notices" role="status">
    ${isOutdated && html`<p class="note note-warn">${t('version.outdated')}
      <button type="button" onClick=${() => location.reload()}>${t('version.reload')}</button></p>`}
    ${line === 'broken' && html`<p class="note note-warn">${t('line.broken')}</p>`}
    ${dataAge && html`<p class="quiet small">${t('data.old', { seconds: dataAge })}</p>`}
    ${line !== 'broken' && live === 'down' && html`<p class="quiet small">${t('live.down')}</p>`}
    ${notice && html`<p class=${`note note-${notice.kind}`}>
      ${notice.text}
      <button type="button" class="plain" onClick=${() => store.notify(null)}>${t('common.hide')}</button>
    </p>`}
  </div>`;
}

/* Time used against the budget of a step, as a bar; its words stand beside it. */
export function Bar({ used, budget, label }) {
  const width = budget ? Math.min(100, Math.round((100 * used) / budget)) : 0;
  return html`<svg class=${used > budget ? 'bar bar-over' : 'bar'} viewBox="0 0 100 6" preserveAspectRatio="none"
    role="img" aria-label=${label}>
    <rect class="bar-back" width="100" height="6" /><rect class="bar-used" width=${width} height="6" />
  </svg>`;
}

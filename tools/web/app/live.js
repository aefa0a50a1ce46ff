/* Live events of the daemon: one stream for this window, while somebody is logged in and the window is looked at.
 * A stream takes one of the few connections that a browser has for a site, so a hidden window gives its own back and
 * goes on later from the last event; what it then missed is told. Screens follow by useLive(). */
import { useEffect, useRef, useState } from './lib/preact.js';
import * as store from './store.js';

const QUIET_MS = 4000; // a shorter break is not worth a word
const HIDDEN_MS = 20000; // so long a hidden window keeps its stream
const DELAYS_MS = [1000, 2000, 5000, 10000, 30000]; // before a stream that was refused is opened again
const SILENT_MS = 80000; // the daemon says something every half minute: the line is dead, and nothing told us
const HERD_MS = 5000; // readers told to read their lists again spread over so long

const listeners = new Set();
let source = null;
let last = ''; // id of the last event: where to go on
let tries = 0;
let opening; // timers
let doubting;
let hiding;
let waiting;
/* A login that has something else to do first is told nothing. */
const hasFirst = (me) => Boolean(me?.must_change_password || me?.must_enrol);

let refused = () => {}; // asks whether the session still lives

function tell(name, data) {
  for (const listener of [...listeners]) listener(name, data);
}

function up() {
  clearTimeout(doubting);
  clearTimeout(waiting);
  doubting = undefined;
  waiting = setTimeout(lost, SILENT_MS);
  tries = 0;
  if (store.get().live !== 'up') store.set({ live: 'up' });
}

function down() {
  doubting ??= setTimeout(() => store.set({ live: 'down' }), QUIET_MS);
}

function close(state) {
  clearTimeout(opening);
  clearTimeout(doubting);
  clearTimeout(waiting);
  opening = doubting = undefined;
  source?.close();
  source = null;
  if (store.get().live !== state) store.set({ live: state });
}

const wait = () => DELAYS_MS[Math.min(tries++, DELAYS_MS.length - 1)] * (0.5 + Math.random());

function lost() {
  close('down');
  opening = setTimeout(open, wait());
}

function open() {
  clearTimeout(opening);
  opening = undefined;
  if (source || document.hidden || store.get().session !== 'open' || hasFirst(store.get().me)) return;
  let isFresh = !last;
  source = new EventSource(`/api/v1/stream${last ? `?after=${encodeURIComponent(last)}` : ''}`);
  const on = (name, take) => source.addEventListener(name, (event) => {
    if (event.lastEventId) last = event.lastEventId;
    up();
    take(JSON.parse(event.data));
  });
  on('start', () => {
    if (isFresh) tell('reset', { delay: 0 }); // what a screen read before is older than the stream
    isFresh = false;
  });
  on('place', () => {});
  on('dossier', (data) => tell('dossier', data));
  on('job', (data) => tell('job', data));
  on('reset', () => tell('reset', { delay: Math.random() * HERD_MS }));
  source.onerror = () => {
    down();
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    source = null;
    clearTimeout(waiting);
    opening = setTimeout(open, wait());
    refused();
  };
}

/* Begins to follow who is logged in and whether anybody looks. `onRefused` is called when the daemon refuses. */
export function start(onRefused) {
  let reader = null;
  refused = onRefused;
  const turn = () => {
    const { session, me } = store.get();
    if (me?.officer !== reader) { // another one begins anew
      reader = me?.officer;
      last = '';
      close('off');
    }
    if (session !== 'open') close('off');
    else if (!opening) open();
  };
  store.listen(turn);
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => close('off'), HIDDEN_MS);
    else open();
  });
  addEventListener('offline', () => source && lost());
  addEventListener('online', open);
  turn();
}

/* Calls on.dossier(data), on.job(data), on.reset({delay}) as they come, while the screen stands. */
export function useLive(on) {
  const present = useRef(on);
  present.current = on;
  useEffect(() => {
    const listener = (name, data) => present.current[name]?.(data);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
}

/* A function that calls `run` soon, and when called often, not more often than every `least` ms. */
export function useSoon(run, least) {
  const present = useRef(run);
  const timer = useRef();
  const ran = useRef(0);
  present.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return (delay = 1000) => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      ran.current = Date.now();
      present.current();
    }, Math.max(delay, ran.current + least - Date.now()));
  };
}

/* Draws a screen again every so often, so that levels turn on it at their minute. */
export function useMinute() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 15000);
    return () => clearInterval(timer);
  }, []);
}

/* Keeps the rows of a list true: a change is written into its row, a row that no longer belongs leaves, and what may
 * have come in is read. `write(items)` replaces the rows shown, `reload` reads them. */
export function useLiveRows({ items, write, reload, belongs }) {
  const soon = useSoon(reload, 8000);
  useLive({
    reset: ({ delay }) => soon(delay),
    dossier: (data) => {
      const row = items.find((r) => r.code === data.code);
      if (!row) {
        if (!data.is_gone && belongs(data)) soon();
        return;
      }
      if (data.version < row.version) return;
      if (data.is_gone || !belongs(data)) {
        write(items.filter((r) => r !== row));
        return;
      }
      const told = { is_pending: Boolean(data.pending_office) };
      for (const key of ['version', 'state', 'warning', 'risk_at', 'certain_at', 'late_at', 'due_at', 'due_is_instant', 'ended_at',
        'judgement', 'letter_state', 'step_name', 'office', 'officer']) told[key] = data[key];
      write(items.map((r) => (r === row ? { ...row, ...told } : r)));
      if (told.office !== row.office || told.officer !== row.officer || told.due_at !== row.due_at) soon(); // names, and the order
    },
  });
}

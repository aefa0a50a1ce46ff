/* What the whole client knows, in one place: who is logged in, the language, the line, the clock. Screens keep
 * what they alone need. A change makes a new object; who selected a part of it is drawn again when that part
 * changed. */
import { useEffect, useState } from './lib/preact.js';

const listeners = new Set();
let state = {
  me: null, // of GET /api/v1/me; null while nobody is logged in
  session: 'unknown', // unknown, none, open, ended (logged out under the reader's hands: typed text stays)
  language: localStorage.getItem('language') === 'en' ? 'en' : 'vi',
  line: 'up', // up, broken (a request is being tried again)
  isOutdated: false, // the daemon has a newer client
  live: 'off', // the stream of events: up, down (for some seconds), off (nobody looks)
  skew: 0, // ms from this computer's clock to the daemon's business clock
  zone: '+07:00', // of the offices, as the daemon writes it
  help: false,
  letterKeys: localStorage.getItem('letterKeys') !== 'off', // shortcuts of a single letter
  notice: null, // {text, kind}: one line that says what was done
};

export function get() {
  return state;
}

export function set(change) {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
}

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/* The part of the state that `select` returns, followed. */
export function useStore(select) {
  const [part, setPart] = useState(() => select(state));
  useEffect(() => {
    const follow = () => setPart(() => select(state));
    const leave = listen(follow);
    follow();
    return leave;
  }, []);
  return part;
}

export function setLanguage(language) {
  localStorage.setItem('language', language);
  document.documentElement.lang = language;
  set({ language });
}

export function setLetterKeys(letterKeys) {
  localStorage.setItem('letterKeys', letterKeys ? 'on' : 'off');
  set({ letterKeys });
}

/* Takes the answer of GET /me: who, and how far this computer's clock is from the daemon's. */
export function enter(me) {
  set({
    me,
    session: 'open',
    skew: Date.parse(me.now) - Date.now(),
    zone: /(Z|[+-]\d\d:\d\d)$/.exec(me.now)?.[0].replace('Z', '+00:00') ?? '+07:00',
  });
}

export function notify(text, kind = 'done') {
  set({ notice: text ? { text, kind } : null });
}

export const may = (me, right) => Boolean(me && me.actions.includes(right));

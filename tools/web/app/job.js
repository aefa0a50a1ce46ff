/* Long work of the daemon, followed to its end with its progress, and stopped on request: by live events, and where the
 * stream is down by asking. */
import { html, useEffect, useRef, useState } from './lib/preact.js';
import { read, write } from './api.js';
import { number } from './format.js';
import { useLive } from './live.js';
import * as store from './store.js';
import { t } from './text.js';

const ASK_MS = 700;
const SILENT_MS = 30000; /* a daemon that died tells nothing: by then its lease is over */
const ENDED = new Set(['done', 'failed', 'cancelled']);

/* Follows a job to its end; `onEnd` gets it once. */
export function Job({ job: begun, onEnd }) {
  const [job, setJob] = useState(begun);
  const [problem, setProblem] = useState(null);
  const live = store.useStore((s) => s.live);
  const told = useRef(false);
  const ask = useRef(() => {});
  useEffect(() => {
    let isGone = false;
    let timer;
    ask.current = async () => {
      clearTimeout(timer);
      try {
        const now = await read(`/api/v1/jobs/${begun.id}`);
        if (isGone) return;
        setJob(now);
        setProblem(null);
        if (ENDED.has(now.state) && !told.current) {
          told.current = true;
          onEnd(now);
        } else if (!ENDED.has(now.state)) timer = setTimeout(ask.current, live === 'up' ? SILENT_MS : ASK_MS);
      } catch (failure) {
        if (isGone) return;
        setProblem(failure);
        timer = setTimeout(ask.current, 5 * ASK_MS);
      }
    };
    ask.current();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [begun.id, live]);
  useLive({
    reset: () => ask.current(),
    job: (event) => {
      if (event.id !== begun.id) return;
      if (ENDED.has(event.state)) ask.current(); // with its result
      else setJob((old) => ({ ...old, is_lease_expired: false, state: event.state, done: event.done, total: event.total }));
    },
  });
  const stop = () => write(`/api/v1/jobs/${begun.id}/actions/cancel`, {}).catch(setProblem);
  const hasEnded = ENDED.has(job.state);
  return html`<div class="job" role="status">
    <p><strong>${job.label}</strong>: ${t(`job.${job.state}`)}${!hasEnded && job.is_lease_expired && html` <span class="bad">(${t('job.silent')})</span>`}
      ${!hasEnded && job.total !== null && job.total !== undefined && ` ${number(job.done)}/${number(job.total)}`}</p>
    ${!hasEnded && html`<progress aria-label=${job.label} max=${job.total || 1} value=${job.total ? job.done : undefined}></progress>
      <button type="button" onClick=${stop} disabled=${job.is_cancel_requested}>${t('job.cancel')}</button>`}
    ${job.problem && html`<p class="bad">${job.problem.detail}</p>`}
    ${problem && html`<p class="bad">${problem.message}</p>`}
  </div>`;
}

/* Dates, hours and limits as people write them. The daemon sends instants in the offices' own time: their text is
 * read as it stands, so that the time zone of this computer never moves a date. */
import * as store from './store.js';
import { t } from './text.js';

/* 05/8/2022: days have two digits, months only below 3, as on paper. */
export function date(text) {
  if (!text) return '';
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  return `${d}/${Number(m) < 3 ? m : Number(m)}/${y}`;
}

export const clock = (text) => (text ? text.slice(11, 16) : '');

export const instant = (text) => (text ? `${clock(text)} ${date(text)}` : '');

function weekday(text) {
  const [y, m, d] = text.slice(0, 10).split('-').map(Number);
  return t(`weekday.${new Date(Date.UTC(y, m - 1, d)).getUTCDay()}`);
}

/* "17 giờ 00 phút, thứ Sáu ngày 02/9/2022" */
export function longInstant(text) {
  return t('time.long', { hour: text.slice(11, 13), minute: text.slice(14, 16), weekday: weekday(text), date: date(text) });
}

/* An instant of this computer's clock plus `skew` ms, in the offices' zone. */
function written(skew) {
  const { zone } = store.get();
  const minutes = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * (zone[0] === '-' ? -1 : 1);
  return new Date(Date.now() + skew + minutes * 60000).toISOString().slice(0, 19) + zone;
}

/* The business clock, as the daemon would write it: 2022-08-30T10:00:00+07:00. */
export const now = () => written(store.get().skew);

/* The real clock, which in a demonstration is another: for lists of who read what and who logged in. */
export const nowReal = () => written(0);

/* What a field of a form holds, to and from an instant: 2022-08-30T10:00, in the offices' time. */
export const toLocal = (text) => (text ? text.slice(0, 16) : '');
export const fromLocal = (value) => (value ? `${value}:00${store.get().zone}` : undefined);

/* Reads a date as people type it, 5/8/2022 or 05.08.22: 2022-08-05, or null for what is no day. */
export function readDate(typed) {
  const found = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\s*$/.exec(typed);
  if (!found) return null;
  const [day, month] = [Number(found[1]), Number(found[2])];
  const year = found[3].length === 2 ? 2000 + Number(found[3]) : Number(found[3]);
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.toISOString().slice(0, 10) : null;
}

/* "17:00 6/9/2022", "17h30 06/9/2022"; without an hour the closing of that day: 2022-09-06T17:00, or null. */
export function readMoment(typed) {
  const found = /^\s*(?:(\d{1,2})\s*[:hg]\s*(\d{2})?[\s,]+)?(\S+)\s*$/.exec(typed);
  const day = found && readDate(found[3]);
  const [hour, minute] = [Number(found?.[1] ?? 17), Number(found?.[2] ?? 0)];
  if (!day || hour > 23 || minute > 59) return null;
  return `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/* 3wd, 15d, 24wh, 2mo, 1hd, sd */
export function limit(text) {
  if (!text) return '';
  const [, amount, unit] = /^(\d*)([a-z]+)$/.exec(text) ?? [];
  return unit ? t(`limit.${unit}`, { n: amount }) : text;
}

/* Working minutes as hours: "1 giờ 30", "45 phút". */
export function minutes(n) {
  if (n === undefined || n === null) return '';
  const hours = Math.floor(n / 60);
  if (!hours) return t('time.minutes', { n });
  return n % 60 ? t('time.hours_minutes', { hours, minutes: String(n % 60).padStart(2, '0') }) : t('time.hours', { n: hours });
}

/* Minutes of the clock as days: "39 ngày", "-1 ngày"; the part of a day that is left is not told. */
export const days = (n) => t('time.days', { n: number(Math.trunc(n / 1440)) });

export const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, store.get().language === 'vi' ? '.' : ',');

const DAY_MS = 86400000;
const daysBetween = (from, to) => Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY_MS);

const LEVELS = ['fine', 'at_risk', 'certain', 'overdue'];

/* The level of a row at this minute: the daemon told it with the instants at which it turns. */
export function levelOf(row) {
  if (row.ended_at) return 'fine';
  const at = Date.parse(now());
  const turned = [null, row.risk_at, row.certain_at, row.late_at].findLastIndex((text) => text && Date.parse(text) <= at);
  return LEVELS[Math.max(LEVELS.indexOf(row.warning), turned, 0)];
}

/* How a dossier stands to its promise: a level for the colour, and always the words. Red (late) is for late alone. */
export function dueState(row) {
  if (row.ended_at || row.judgement !== 'none') {
    if (!row.judgement || row.judgement === 'none') return null;
    return { level: row.judgement === 'late' ? 'late' : 'done', text: t(`due.ended_${row.judgement}`) };
  }
  if (!row.due_at) return null;
  if (row.state.startsWith('awaiting') || row.state === 'on_hold') return { level: 'wait', text: t('due.waiting') };
  const today = now();
  const days = daysBetween(today, row.due_at);
  const level = levelOf(row);
  if (level === 'overdue' || days < 0) {
    return { level: 'late', text: days < 0 ? t('due.overdue', { n: -days }) : t('due.overdue_today') };
  }
  if (level === 'certain') return { level: 'certain', text: t('due.certain') };
  if (level === 'at_risk') return { level: 'risk', text: t('due.at_risk') };
  if (days === 0) return { level: 'risk', text: t('due.today') };
  return { level: 'fine', text: days === 1 ? t('due.tomorrow') : t('due.days', { n: days }) };
}

/* Without marks and in small letters: what is typed in haste still finds "Đăng ký khai sinh". */
export const fold = (text) =>
  text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase();

/* The answers of dayjs-business-time and moment-business-time to the questions of business_time.py.
 * Reads JSON lines { week: {1: [["08:00", "11:30"], ...], ...}, holidays: [...], questions: [[what, a, b], ...] },
 * writes for each a JSON line { dayjs: [...], moment: [...] }: seconds, or days for "days"; null where it threw. */
const dayjs = require('dayjs');
const moment = require('moment-business-time');

dayjs.extend(require('dayjs-business-time'));
const NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY = 86400;

function setUp({ week, holidays }) {
  const times = {};
  const hours = {};
  NAMES.forEach((name, i) => {
    const sessions = week[i === 0 ? 7 : i] ?? null;
    times[name] = sessions && sessions.map(([start, end]) => ({ start: `${start}:00`, end: `${end}:00` }));
    hours[i] = sessions && sessions.flat().map((t) => `${t}:00`);
  });
  dayjs.setBusinessTime(times);
  dayjs.setHolidays(holidays);
  moment.updateLocale('en', { workinghours: hours, holidays });
}

const whole = (at) => Math.round(at.valueOf() / 1000);

function askDayjs([what, a, b]) {
  if (what === 'days') return whole(dayjs(a * DAY * 1000).addBusinessDays(b)) / DAY;
  if (what === 'between') return dayjs(a * 1000).businessMinutesDiff(dayjs(b * 1000)) * 60;
  if (what === 'back') return whole(dayjs(a * 1000).subtractBusinessMinutes(b));
  return whole(dayjs(a * 1000)[what === 'hours' ? 'addBusinessHours' : 'addBusinessMinutes'](b));
}

function askMoment([what, a, b]) {
  if (what === 'days') return whole(moment(a * DAY * 1000).addWorkingTime(b, 'days')) / DAY;
  if (what === 'between') return moment(b * 1000).workingDiff(moment(a * 1000), 'seconds', true);
  if (what === 'back') return whole(moment(a * 1000).subtractWorkingTime(b, 'minutes'));
  return whole(moment(a * 1000).addWorkingTime(b, what));
}

function safely(ask, question) {
  try {
    return ask(question);
  } catch (problem) {
    return null;
  }
}

for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const asked = JSON.parse(line);
  setUp(asked);
  console.log(JSON.stringify({
    dayjs: asked.questions.map((q) => safely(askDayjs, q)),
    moment: asked.questions.map((q) => safely(askMoment, q)),
  }));
}

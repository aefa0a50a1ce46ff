/* How many due dates dayjs-business-time computes per second of processor time, for tools/bench/calendar.
 * Standard input: JSON { holidays: ["2010-01-05", ...], from: [seconds, ...], work: [["days", 15], ["hours", 120]] };
 * prints a JSON line for each kind of work. */
const dayjs = require('dayjs');

dayjs.extend(require('dayjs-business-time'));
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sessions = [{ start: '07:00:00', end: '11:30:00' }, { start: '13:30:00', end: '17:00:00' }];
dayjs.setBusinessTime({
  sunday: null, monday: sessions, tuesday: sessions, wednesday: sessions, thursday: sessions, friday: sessions, saturday: null,
});
dayjs.setHolidays(asked.holidays);

for (const [unit, amount] of asked.work) {
  const begin = process.cpuUsage();
  let spent = 0;
  let n = 0;
  while (spent < 1e6) {
    dayjs(asked.from[n % asked.from.length] * 1000).addBusinessTime(amount, unit);
    n += 1;
    const used = process.cpuUsage(begin);
    spent = used.user + used.system;
  }
  console.log(JSON.stringify({ name: `dayjs-business-time, ${amount} ${unit}`, ns: (spent * 1000) / n }));
}

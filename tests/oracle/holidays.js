/* Public holidays of Viet Nam by date-holidays, and lunar dates by amlich, for holidays.py.
 *   holidays FIRST LAST   a JSON line for each public holiday: { on, days, name }
 *   lunar FIRST LAST      for each day, as lunar_table prints it: 2024-02-10,2024,1,1,0
 * FIRST and LAST are years; the command comes on standard input. */
const [what, first, last] = require('fs').readFileSync(0, 'utf8').trim().split(' ');
const DAY = 86400000;

let viet;

function holidays(year) {
  viet ??= new (require('date-holidays'))('VN');
  for (const h of viet.getHolidays(year)) {
    if (h.type === 'public') {
      console.log(JSON.stringify({ on: h.date.slice(0, 10), days: Math.round((h.end - h.start) / DAY), name: h.name }));
    }
  }
}

function lunar(year) {
  const { convertSolar2Lunar } = require('amlich');
  const lines = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) {
    const on = new Date(at);
    const [day, month, of, leap] = convertSolar2Lunar(on.getUTCDate(), on.getUTCMonth() + 1, year, 7);
    lines.push(`${on.toISOString().slice(0, 10)},${of},${month},${day},${leap}`);
  }
  console.log(lines.join('\n'));
}

for (let year = Number(first); year <= Number(last); year++) (what === 'lunar' ? lunar : holidays)(year);

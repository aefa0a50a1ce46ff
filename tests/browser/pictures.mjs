/* The README's three pictures, from the demonstration district: an intake with its promise, what is late and why, the
 * month of the Office. Started by tools/pictures, which tells by the environment what walk.mjs is told. */
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const { BASE, MODULES, SHOTS, CHROMIUM } = process.env;
const PASSWORDS = JSON.parse(process.env.PASSWORDS);
const { chromium } = createRequire(path.join(MODULES, 'none.js'))('playwright-core');
const SIZE = { width: 1280, height: 800 };
const COLOURS = 256; // of a palette
const [HEAD, CHANNELS] = [8, 3];

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let i = 0; i < 8; i++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const crc = body.reduce((c, byte) => CRC[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff;
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc >>> 0, body.length + 4);
  return out;
}

/* The pixels of a PNG of 8 bits a channel, without or with alpha: 0xRRGGBB each (PNG, 9.2: filters). */
function pixelsOf(png) {
  const parts = [];
  let [width, height, bytes] = [0, 0, CHANNELS];
  for (let at = HEAD; at < png.length; at += png.readUInt32BE(at) + 12) {
    const [len, name] = [png.readUInt32BE(at), png.toString('latin1', at + 4, at + 8)];
    if (name === 'IHDR') [width, height, bytes] = [png.readUInt32BE(at + 8), png.readUInt32BE(at + 12), png[at + 17] === 6 ? 4 : CHANNELS];
    if (name === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + len));
  }
  const raw = zlib.inflateSync(Buffer.concat(parts));
  const stride = width * bytes;
  const row = new Uint8Array(stride);
  const pixels = new Uint32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const filter = raw[at++];
    const above = Uint8Array.from(row);
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [x < bytes ? 0 : row[x - bytes], above[x], x < bytes ? 0 : above[x - bytes]];
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      row[x] = raw[at++] + [0, a, b, (a + b) >> 1, pa <= pb && pa <= pc ? a : pb <= pc ? b : c][filter];
    }
    for (let x = 0; x < width; x++) pixels[y * width + x] = (row[x * bytes] << 16) | (row[x * bytes + 1] << 8) | row[x * bytes + 2];
  }
  return { width, height, pixels };
}

/* The same picture with a palette: the commonest colours, every other one as the nearest of them. */
function withPalette(png) {
  const { width, height, pixels } = pixelsOf(png);
  const count = new Map();
  for (const colour of pixels) count.set(colour, (count.get(colour) ?? 0) + 1);
  const palette = [...count].sort((a, b) => b[1] - a[1]).slice(0, COLOURS).map(([colour]) => colour);
  const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const index = new Map([...count.keys()].map((colour) => [colour, palette.reduce((best, p, i) => (far(colour, p) < far(colour, palette[best]) ? i : best), 0)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([png.subarray(0, HEAD), chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'] });

async function desk(login, place, selector) {
  const context = await browser.newContext({ viewport: SIZE, ignoreHTTPSErrors: true, locale: 'vi-VN' });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  await page.goto(BASE);
  await page.fill('#login-name', login);
  await page.fill('#login-password', PASSWORDS[login]);
  await page.keyboard.press('Enter');
  await page.waitForSelector('header');
  await page.goto(`${BASE}#/${place}`);
  await page.waitForSelector(selector);
  return page;
}

async function shoot(page, name) {
  await page.waitForLoadState('networkidle').catch(() => {}); // the stream of events never ends
  await page.waitForTimeout(1000);
  const bytes = withPalette(await page.screenshot());
  fs.writeFileSync(path.join(SHOTS, `${name}.png`), bytes);
  console.log(`# ${name}.png ${bytes.length}`);
  await page.context().close();
}

let page = await desk('clerk1', 'intake', '#intake-procedure:focus');
await page.keyboard.type('xay dung moi');
await page.waitForSelector('[role=option].at');
await page.keyboard.press('Enter');
await page.waitForSelector('.promised');
await page.fill('#intake-name', 'Nguyễn Thị Đào');
await page.fill('#intake-phone', '0900 000 123');
await page.fill('#intake-address', 'Xóm 5, xã Kỳ Tân, huyện Tân Kỳ');
await page.click('.promise summary');
await shoot(page, 'intake');

page = await desk('leader1', 'late', 'table.dossiers');
await page.click('tr:has(.tag-late) button[data-row] >> nth=5'); // overdue, its letter waits for a signature
await page.waitForSelector('.cause');
await page.waitForSelector('.letter');
await page.evaluate(() => window.scrollTo(0, document.querySelector('tr.open').offsetTop + 60));
await shoot(page, 'late');

page = await desk('statistician1', 'statistics/month', '.part .facts');
await page.click('.presets button >> nth=2');
await page.waitForSelector('.part .facts');
await shoot(page, 'month');
await browser.close();

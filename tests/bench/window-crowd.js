// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is promised of one room: 200 people, a history of 100,000 messages and 500 messages a second for a minute, in a
// window that hosts all that. README.md says how to run it.

import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

import { eventually, note, run, test } from '../e2e/support/check.js';
import { joinStranger } from '../e2e/support/strangers.js';
import { openWindow } from '../e2e/support/window.js';

const people = 200;
const historyCount = Number(process.env.HUBBUB_HISTORY ?? 100_000);
const seconds = Number(process.env.HUBBUB_LOAD_SECONDS ?? 60);
const rate = 500;
const hex = (number, digits) => number.toString(16).padStart(digits, '0');

async function memoryOf(pid) {
  return /^VmRSS:\s*(\d+ kB)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1];
}

test('a crowd in the window', async (t) => {
  const window = await openWindow(t, { program: '/usr/bin/env', args: [`LD_PRELOAD=${process.env.HUBBUB_FRAMES}`, process.env.HUBBUB] });
  await window.untilBadge('connected');
  await window.type('First Name', 'Ada');
  await window.resize(900, 700);
  const broker = { mqttPort: await window.mqttPort() };
  const crowd = [];
  for (let person = 0; person < people; person += 1) {
    const from = hex(person + 1, 16);
    const name = `Person ${person}`;
    const stranger = await joinStranger(t, broker, { filter: 'nothing' });
    await stranger.send({ from, name, kind: 'browser', rooms: [] },
      { topic: `hubbub/presence/hub${hex(person + 1, 20)}`, qos: 1, retain: true });
    crowd.push({ stranger, name, from });
  }
  await window.untilNode('push button', `${people + 1} people here`, { timeoutMs: 60_000 });

  const say = (number, words) => {
    const { stranger, name, from } = crowd[(number * 7) % people];
    const text = number % 50 === 0 ? `${words} for Ada, see http://192.168.1.31/talk.pdf` : words;
    return stranger.send({ name, from, message: text, id: `${hex(number, 8)}-0000-4000-8000-000000000000` }, { qos: 1 });
  };
  // Not faster than a window reads: beyond a thousand that wait for a reader a broker drops what comes.
  for (let number = 0; number < historyCount; number += people) {
    const pause = delay(100);
    await Promise.all(Array.from({ length: people }, (unused, i) => say(number + i, `history ${number + i}`)));
    await pause;
  }
  await window.untilRow(new RegExp(`history ${historyCount - 1}`), { timeoutMs: 60_000, pauseMs: 1_000 });
  await delay(5_000);
  note(`${historyCount} messages of history: ${await memoryOf(await window.pid())}`);

  await window.signal(constants.signals.SIGUSR1);
  const startMs = Date.now();
  const count = seconds * rate;
  const waits = [];
  for (let number = 0; number < count; number += 1) {
    waits.push(say(historyCount + number, `message ${number}`));
    if (number % 5 === 4)
      await delay(Math.max(startMs + (number + 1) * (1_000 / rate) - Date.now(), 0));
  }
  const sentMs = Date.now() - startMs;
  await window.signal(constants.signals.SIGUSR1);
  await Promise.all(waits);
  await window.untilRow(new RegExp(`message ${count - 1}`), { timeoutMs: 60_000, pauseMs: 500 });
  const shown = (await window.rows()).map((row) => /message (\d+)/.exec(row)).filter(Boolean).map((match) => Number(match[1])).slice(-100);
  note(`${count} messages in ${sentMs} ms; the last ${shown.length} rows in order: ` +
    `${shown.every((number, index) => index === 0 || number === shown[index - 1] + 1)}`);
  note(`afterwards: ${await memoryOf(await window.pid())}`);
  const log = await eventually('the frames are counted', async () => {
    const text = await window.log();
    return (text.match(/processor for a frame/g) ?? []).length >= 2 && text;
  });
  note(log.split('\n').filter((line) => /^(frames apart|time for a frame|processor for)/.test(line)).slice(-3).join('\n'));
  await window.keepPicture('window-crowd');
}, { timeoutMs: 600_000 + seconds * 2_000 });

await run();

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What was said before the window was there, or while it was away.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, say } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openDetour } from '../support/detour.js';
import { joinStranger } from '../support/strangers.js';
import { openWindow } from '../support/window.js';

async function tell(stranger, from, to) {
  for (let number = from; number <= to; number += 1)
    await stranger.send({ name: `Name ${number % 7}`, message: `message ${number}` });
}

const join = (t, port) => openWindow(t, { args: ['--join', `127.0.0.1:${port}`] });

// The numbers of the rows, from the top; a screen reader sees those that are near what is shown. It looks at one after the
// other: while the list moves, they are of different moments.
async function shown(window) {
  return (await window.rows()).map((row) => /message (\d+),/.exec(row)).filter((match) => match !== null)
    .map((match) => Number(match[1]));
}

function assertOnePiece(numbers) {
  assert.deepEqual(numbers, numbers.map((unused, i) => numbers[0] + i));
}

test('on joining, what was said before is there, in order, and the end is in sight', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 30);
  const window = await join(t, broker.mqttPort);
  await window.untilRow(/^Name 2: message 30, /);
  await tell(stranger, 31, 32);
  await window.untilRow(/^Name 4: message 32, /);
  await eventually('the end is in sight, in one piece', async () => {
    const numbers = await shown(window);
    assertOnePiece(numbers);
    assert.equal(numbers.at(-1), 32);
    assert.ok(numbers.length >= 10, `${numbers.length} rows`);
    return true;
  });
  await window.keepPicture('window-history');
  await window.resize(360, 640);
  await window.keepPicture('window-history-narrow');
});

test('older ones come in on scrolling up', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 250);
  const window = await join(t, broker.mqttPort);
  await window.untilRow(/message 250, /);
  await window.untilBadge('connected');
  // Into the list, and up, as often as it takes.
  await window.type('Message', '');
  await window.key('F6');
  await eventually('the first message is in sight', async () => {
    await window.key('Home');
    return (await shown(window)).includes(1);
  }, { timeoutMs: 20_000 });
  await eventually('it is, in one piece with what is below it', async () => {
    const numbers = await shown(window);
    assertOnePiece(numbers);
    return numbers[0] === 1;
  });
});

test('a break: what was missed is there, once and in order, and what was written meanwhile is sent once', async (t) => {
  const broker = await startBroker(t);
  const detour = await openDetour(t, broker);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 3);
  const window = await join(t, detour.port);
  await window.untilRow(/message 3, /);
  await window.untilBadge('connected');
  detour.close();
  await window.untilBadge('offline');
  await tell(stranger, 4, 8);
  await window.say('Ada', 'from the tunnel');
  await window.untilRow(/^Ada: from the tunnel, .*waiting/);
  detour.open();
  await window.untilRow(/^Ada: from the tunnel, .*, sent$/);
  await tell(stranger, 9, 9);
  await window.untilRow(/message 9, /);
  await eventually('all are there, once', async () => {
    assert.deepEqual(await shown(window), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    return true;
  });
  const rows = await window.rows();
  const own = rows.map((row) => row.startsWith('Ada: from the tunnel, '));
  assert.equal(own.filter(Boolean).length, 1);
  assert.equal(own.indexOf(true), 8, rows.join('\n'));
  assert.equal(stranger.heardJson().filter(({ message }) => message === 'from the tunnel').length, 1);
});

test('the host itself remembers, over a restart of the program', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  await window.say('Ada', 'before the restart');
  await window.untilRow(/^Ada: before the restart, .*, sent$/);
  const { port } = new URL(await window.url());
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${port}/` });
  await say(page, 'Grace', 'from the browser');
  await window.untilRow(/^Grace: from the browser, /);
  await page.close();
  await window.restart();
  await window.untilRow(/^Ada: before the restart, .*, sent$/);
  await window.untilRow(/^Grace: from the browser, /);
  assert.equal((await window.rows()).length, 2);
});

test('a host that has no such API: the window begins empty, and says nothing of it', async (t) => {
  const broker = await startBroker(t, { withoutHttp: true });
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 2);
  const window = await join(t, broker.mqttPort);
  await window.untilBadge('connected');
  await tell(stranger, 3, 3);
  await window.untilRow(/message 3, /);
  assert.deepEqual(await shown(window), [3]);
  assert.equal((await window.names('alert')).length, 0);
});

await run();

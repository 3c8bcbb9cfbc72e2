// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is here, who has come and gone, and who is writing: windows and strangers, as they see each other.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { subscribe } from '../support/mosquitto.js';
import { joinStranger, mosquittoPub } from '../support/strangers.js';
import { openWindow } from '../support/window.js';

// Names in sentences are isolated from the direction of the text around them.
const plain = (text) => text.replaceAll(/[\u2068\u2069]/g, '');

async function untilPeople(window, count, options) {
  await window.untilNode('push button', count === 1 ? '1 person here' : `${count} people here`, options);
}

// A row of the list, or of the messages, whose words are these.
async function untilItem(window, words, options) {
  await eventually(`the window has a row '${words}'`, async () => {
    const rows = (await window.rows()).map(plain);
    return rows.some((row) => (words instanceof RegExp ? words.test(row) : row === words)) ||
      Promise.reject(new Error(`it has ${JSON.stringify(rows)}`));
  }, options);
}

async function joinAs(t, broker, name) {
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  await window.type('First Name', name);
  return window;
}

const presence = (from, name) => JSON.stringify({ from, name, kind: 'browser', rooms: [] });

test('two windows list each other, and each other\'s new name', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  await untilPeople(ada, 1);
  const grace = await joinAs(t, broker, 'Grace');
  await untilPeople(ada, 2);
  await untilPeople(grace, 2);
  await ada.click('push button', '2 people here');
  await untilItem(ada, 'Ada (you), desktop');
  await untilItem(ada, 'Grace, desktop');
  await ada.keepPicture('window-people');

  await grace.type('First Name', 'Grace H');
  await untilItem(ada, 'Grace H, desktop');
  // It was noted, once, and not on the side of whom it is about.
  await untilItem(ada, /(^|\n)(Grace is now Grace H|.*1 joined.*renamed)/);
  assert.ok(!(await grace.rows()).some((row) => /is now|renamed/.test(row)));
});

test('a window that is killed is gone, and a while later that is noted', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const grace = await joinAs(t, broker, 'Grace');
  await untilPeople(ada, 2);
  await grace.signal(9);
  await untilPeople(ada, 1);
  await untilItem(ada, /left, \d/, { timeoutMs: 20_000 });
});

test('a window that is closed leaves nothing of its presence', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const stranger = await joinStranger(t, broker, { filter: 'hubbub/presence/+' });
  await eventually('the stranger is told of the window',
    () => stranger.heard.some((payload) => payload.length > 0 && JSON.parse(payload).name === 'Ada'));
  await ada.signal(15);
  await ada.untilEnded();
  await eventually('and that it has gone', () => stranger.heard.at(-1).length === 0);
  const late = await joinStranger(t, broker, { filter: 'hubbub/presence/+' });
  await late.send('end', { topic: 'hubbub/presence/end' });
  await eventually('the end is heard', () => late.heard.length > 0);
  assert.deepEqual(late.topics, ['hubbub/presence/end']);
});

test('a phone that dies is gone when the broker has lost patience', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const phone = await subscribe(t, broker,
    ['-k', '5', '-t', 'messages', '--will-topic', 'hubbub/presence/phone', '--will-retain', '--will-qos', '1']);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/phone', '-m', presence('aaaa000000000000', 'Linus')]);
  await untilPeople(ada, 2);
  await phone.freeze();
  // One and a half times its keep-alive.
  await untilPeople(ada, 1, { timeoutMs: 12_000 });
});

test('two of one name are told apart, and tabs of one browser are one', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/1', '-m', presence('3f2a000000000000', 'Linus')]);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/2', '-m', presence('3f2a000000000000', 'Linus')]);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/3', '-m', presence('c0de000000000000', 'Linus')]);
  await untilPeople(ada, 3);
  await ada.click('push button', '3 people here');
  await untilItem(ada, 'Linus ·3f2a, browser');
  await untilItem(ada, 'Linus ·c0de, browser');
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/3', '-n']);
  await untilItem(ada, 'Linus, browser');
});

test('who is writing', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const grace = await joinAs(t, broker, 'Grace');
  const stranger = await joinStranger(t, broker, { filter: 'hubbub/typing/#' });
  await untilPeople(ada, 2);
  await ada.key('h', 'i');
  const isWriting = (words) => async () => (await grace.nodes()).some(({ name }) => plain(name) === words);
  await eventually('the other window shows it', isWriting('Ada is writing…'));
  await ada.key('Return');
  await eventually('and no longer, when the message is there', async () => !await isWriting('Ada is writing…')());
  await grace.untilRow(/^Ada: hi, /);

  const signs = stranger.heardJson();
  assert.equal(signs.length, 1);
  assert.equal(signs[0].name, 'Ada');
  assert.deepEqual(Object.keys(signs[0]).sort(), ['from', 'name']);
});

await run();

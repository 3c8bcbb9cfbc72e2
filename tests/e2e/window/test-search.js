// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Searching in what was said, and going to where it was said, or to a day.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';
import { openWindow } from '../support/window.js';

// Not each waits for the disk, but some do: what is faster than that is not recorded.
async function tell(stranger, count, wordOf) {
  for (let number = 1; number <= count; number += 1)
    await stranger.send({ name: 'Grace', message: wordOf(number) }, { qos: number % 250 === 0 || number === count ? 1 : 0 });
}

async function joinAt(t, broker) {
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  return window;
}

async function search(window, words) {
  await window.key('ctrl+f');
  await window.type('Search messages', words, 'entry');
}

// The rows of a list, as a screen reader reads them, without the time. That one is behind the other it does not tell.
async function rowsOf(window, name) {
  const nodes = await window.nodes();
  const list = nodes.slice(nodes.findIndex((node) => node.role === 'list' && node.name === name) + 1);
  const end = list.findIndex(({ role }) => role === 'list');
  return list.slice(0, end < 0 ? undefined : end).filter(({ role }) => role === 'list item')
    .map((node) => node.name.replace(/, [^,]*$/, ''));
}

async function expectFound(window, words, wanted) {
  await search(window, words);
  await window.untilNode('status bar', wanted.length === 0 ? /^No results for / : new RegExp(`^${wanted.length} results?$`));
  await eventually(`“${words}” is answered`, async () => {
    assert.deepEqual(await rowsOf(window, 'Results'), wanted);
    return true;
  });
}

test('Ctrl+F finds what the host finds: every alphabet, one character, several words; Escape leads back', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const talk = 'Grace: The slides of the talk';
  const street = 'Linus: Die Straße ist groß';
  const room = '山田太郎: 了解しました。会議室4ですね';
  for (const line of [talk, street, room])
    await stranger.send({ name: line.split(': ')[0], message: line.split(': ')[1] });
  await stranger.send({ name: 'Grace', message: 'talk in the lab' }, { topic: 'messages/lab' });
  const window = await joinAt(t, broker);
  await window.untilRow(/了解しました/);
  for (const [words, wanted] of [
    ['会議', [room]],
    ['議', [room]],
    ['太郎 会', [room]],
    ['STRASSE', [street]],
    ['s', [street, talk]],
    ['talk SLIDES', [talk]],
    ['talk street', []],
    ['grace', [talk]],
  ])
    await expectFound(window, words, wanted);
  await window.keepPicture('window-search');
  await search(window, '\u3000');
  await eventually('nothing is said of blanks', async () => (await window.names('status bar')).every((name) => !/result|search/.test(name)));
  await search(window, '会'.repeat(86));
  await window.untilNode('status bar', 'That is more than can be searched for.');
  await window.key('Escape');
  await eventually('the bar is gone', async () => (await window.names('entry')).length === 0);
  await eventually('the messages are there', async () => {
    assert.deepEqual(await rowsOf(window, 'Messages'), [talk, street, room]);
    return true;
  });
});

test('thousands of messages: Enter jumps to what was found, a day leads to its first message', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const stranger = await joinStranger(t, broker);
  const count = 3_000;
  const wordOf = (number) => (number === 900 ? 'the needle in 会議室' : `message ${number}`);
  await tell(stranger, count, wordOf);
  const window = await joinAt(t, broker);
  await window.untilRow(new RegExp(`message ${count}, `));
  await search(window, '会議');
  await window.untilNode('status bar', '1 result');
  await window.key('Return');
  await eventually('it is there, with what stands around it', async () => {
    const rows = await rowsOf(window, 'Messages');
    const at = rows.indexOf('Grace: the needle in 会議室');
    return rows[at - 2] === 'Grace: message 898' && rows[at + 2] === 'Grace: message 902';
  });
  await window.keepPicture('window-found');

  await window.key('ctrl+f');
  await window.click('push button', 'Go to date');
  await window.click('push button', 'Go');
  await window.untilRow(/message 1, /);
  await window.untilRow(/message 5, /);
}, { timeoutMs: 120_000 });

await run();

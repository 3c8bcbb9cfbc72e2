// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The main job: a window that hosts, and whoever joins it.

import assert from 'node:assert/strict';
import { once } from 'node:events';

import mqtt from 'mqtt';

import { openConnectedPage, rows, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

async function openPageOf(t, window) {
  const { port } = new URL(await window.url());
  return openConnectedPage(t, { url: `http://127.0.0.1:${port}/` });
}

test('a browser chats with the window', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const page = await openPageOf(t, window);

  await window.say('Ada', 'Hello from the desk');
  await untilRow(page, { name: 'Ada', text: 'Hello from the desk', isOwn: false });
  await window.untilRow(/^Ada: Hello from the desk, .*, sent$/);

  await say(page, 'Grace', 'Hello from the browser\nin two lines');
  await window.untilRow(/^Grace: Hello from the browser\nin two lines, /);
  await window.keepPicture('window-chat');
});

test('mosquitto_pub appears in the window as text', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  await mosquittoPub({ mqttPort: await window.mqttPort() }, ['-t', 'messages', '-m', 'This is my message!']);
  await window.untilRow(/^This is my message!, /);
});

test('Enter publishes, Shift+Enter breaks the line', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  const page = await openPageOf(t, window);
  await window.type('First Name', 'Ada');
  await window.type('Message', 'typed');
  await window.key('ctrl+End', 'shift+Return', 'a', 'Return');
  await untilRow(page, { name: 'Ada', text: 'typed\na' });
});

test('the room password is switched in the preferences: who is inside stays, newcomers are asked', async (t) => {
  const slowly = { timeoutMs: 20_000 };
  const window = await openWindow(t);
  await window.untilBadge('connected', slowly);
  const broker = { mqttPort: await window.mqttPort() };
  const inside = await subscribe(t, broker, ['-t', 'messages']);
  const enter = (text, ...login) => mosquittoPub(broker, ['-q', '1', '-t', 'messages', '-m', text, ...login]);

  await window.key('ctrl+comma');
  await window.click('page tab', 'Hosting', slowly);
  await window.untilNode('label', 'Anyone who can reach this computer may join without one.', slowly);
  await window.click('check box', 'Room Password', slowly);
  // The dialog shows what newcomers are asked for.
  const password = await eventually('a password is suggested', async () => {
    const { text } = await window.untilNode('text', 'Password', slowly);
    return /^[a-z-]{14}$/.test(text) ? text : null;
  }, slowly);
  await window.untilNode('label', /^Whoever joins from now on is asked for it\. It is kept /, slowly);
  await assert.rejects(enter('without'), /not authori[sz]ed/i);
  await enter('with the password', '-u', 'hubbub', '-P', password);
  await inside.until('with the password', slowly);
  assert.deepEqual(inside.texts, ['with the password']);
});

test('the history is cleared, and who is connected is sent away', async (t) => {
  const slowly = { timeoutMs: 20_000 };
  const window = await openWindow(t);
  await window.untilBadge('connected', slowly);
  const { port } = new URL(await window.url());
  const kept = async () => (await (await fetch(`http://127.0.0.1:${port}/api/messages`)).json()).messages.length;
  await window.say('Ada', 'said and forgotten');
  await window.untilRow(/^Ada: said and forgotten, .*, sent$/, slowly);
  assert.equal(await kept(), 1);
  await window.key('ctrl+comma');
  await window.click('page tab', 'Hosting', slowly);
  const { name } = await window.untilNode('push button', /Clear/, slowly);
  await window.click('push button', name, slowly);
  await window.click('push button', 'Clear', slowly);
  await eventually('nothing is kept', async () => await kept() === 0, slowly);
  await eventually('all is closed but the window', async () => {
    await window.key('Escape');
    return await window.count() === 1;
  }, { pauseMs: 300, ...slowly });

  const grace = mqtt.connect(`mqtt://127.0.0.1:${await window.mqttPort()}`,
    { clientId: 'grace', protocolVersion: 5, reconnectPeriod: 0 });
  t.after(() => grace.end(true));
  const sentAway = once(grace, 'disconnect');
  await window.click('push button', 'Main Menu');
  await window.click('menu item', 'Who Is Connected…', slowly);
  const send = await window.untilNode('push button', /^Send .* away$/, slowly);
  await window.click('push button', send.name, slowly);
  await window.click('push button', 'Send Away', slowly);
  const [{ reasonCode }] = await sentAway;
  // Administrative action.
  assert.equal(reasonCode, 0x98);
  await window.untilNode('label', 'Sent Away', slowly);
});

test('a second start raises the window and ends', async (t) => {
  const window = await openWindow(t);
  assert.equal(await window.again(), 0);
  assert.equal((await window.names('frame')).length, 1);
});

for (const [name, number] of [['SIGTERM', 15], ['SIGHUP', 1]]) {
  test(`${name} ends it in order: those who are here are told`, async (t) => {
    const window = await openWindow(t);
    await window.untilBadge('connected');
    const page = await openPageOf(t, window);
    await window.signal(number);
    assert.deepEqual(await window.untilEnded(), { status: 0 });
    await page.getByText('The host has stopped this chat.').waitFor();
  });
}

test('name and size of the window are remembered', async (t) => {
  const window = await openWindow(t);
  await window.type('First Name', 'Ada L.');
  await window.resize(800, 700);
  await window.restart();
  const { text } = await window.untilNode('text', 'First Name');
  assert.equal(text, 'Ada L.');
  await window.untilSize(800, 700);
});

test('the window works at 360 pixels', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected');
  await window.resize(360, 640);
  const page = await openPageOf(t, window).catch(() => null);
  await window.type('First Name', 'Ada');
  await window.type('Message', 'narrow');
  await window.key('Return');
  await window.untilRow(/^Ada: narrow, /);
  if (page !== null)
    assert.ok((await rows(page)).length >= 1);
  await window.keepPicture('window-narrow');
});

await run();

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Windows in chats that brokers of others host: Mosquitto with a password, and Aedes; over TCP and WebSocket.

import assert from 'node:assert/strict';

import { startAedes, startMosquitto } from '../support/brokers.js';
import { eventually, run, test } from '../support/check.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

const credentials = { user: 'ada', password: 'se:c/ret' };
const patience = { timeoutMs: 20_000 };
const asAda = ['-u', credentials.user, '-P', credentials.password];

// A second start hands over to the first one what it is to join.
async function join(window, address) {
  await window.again('--join', address);
  await eventually('the messages of before are gone', async () => (await window.rows()).length === 0);
  await window.untilBadge('connected', patience);
}

test('Mosquitto, which asks for a password, and Aedes: over TCP and WebSocket', async (t) => {
  const mosquitto = await startMosquitto(t, credentials);
  const aedes = await startAedes(t);
  const atMosquitto = await subscribe(t, mosquitto, [...asAda, '-t', 'messages']);
  const atAedes = await subscribe(t, aedes, ['-t', 'messages']);
  const window = await openWindow(t, { args: ['--join', `mqtt://ada:wrong@127.0.0.1:${mosquitto.mqttPort}`] });

  await window.untilNode('label', 'Password Needed', patience);
  await window.untilProblem(/^127\.0\.0\.1 does not accept this user name and password\./, patience);
  await window.keepPicture('window-password');
  await window.type('User name', credentials.user);
  await window.type('Password', credentials.password, 'password text');
  await window.closeDialogBy('Join');
  await window.untilBadge('connected', patience);
  await window.say('Ada', 'Mosquitto over TCP');
  await window.untilRow(/^Ada: Mosquitto over TCP, .*, sent/, patience);

  await join(window, `ws://ada:se%3Ac%2Fret@127.0.0.1:${mosquitto.httpPort}/`);
  await window.say('Ada', 'Mosquitto over WebSocket');
  await window.untilRow(/^Ada: Mosquitto over WebSocket, .*, sent/, patience);
  await mosquittoPub(mosquitto, [...asAda, '-t', 'messages', '-m', 'heard']);
  await window.untilRow(/^heard, /, patience);
  // Nothing that can be seen has the password.
  assert.ok((await window.nodes()).every(({ name }) => !/se(:|%3A)c/.test(name)));

  await join(window, `mqtt://127.0.0.1:${aedes.mqttPort}`);
  await window.say('Ada', 'Aedes over TCP');
  await atAedes.untilCount(1, patience);
  await join(window, `ws://127.0.0.1:${aedes.httpPort}`);
  await window.say('Ada', 'Aedes over WebSocket');
  await atAedes.untilCount(2, patience);
  await mosquittoPub(aedes, ['-t', 'messages', '-m', 'heard']);
  await window.untilRow(/^heard, /, patience);

  await atMosquitto.untilCount(3, patience);
  const said = [...atMosquitto.texts, ...atAedes.texts].filter((text) => text !== 'heard').map((text) => JSON.parse(text).message);
  assert.deepEqual(said,
    ['Mosquitto over TCP', 'Mosquitto over WebSocket', 'Aedes over TCP', 'Aedes over WebSocket']);
});

await run();

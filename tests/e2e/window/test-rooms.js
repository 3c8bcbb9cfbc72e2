// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Rooms: two windows and a stranger at one broker.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { openWindow } from '../support/window.js';

async function joinAs(t, broker, name) {
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  await window.type('First Name', name);
  return window;
}

async function openRooms(window) {
  const { name } = await window.untilNode('push button', /^Rooms/);
  await window.click('push button', name);
  await window.untilNode('label', 'Rooms');
}

async function enter(window, room) {
  await openRooms(window);
  await window.type('New room', room);
  await window.click('push button', 'Enter');
  await window.untilNode('frame', room);
}

async function leave(window, room) {
  await openRooms(window);
  await window.untilNode('list item', room);
  await window.click('push button', `Leave ${room}`);
  await window.untilNode('frame', 'Messages');
  await window.key('Escape');
}

test('a room is entered, heard, and counted while one is elsewhere', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const grace = await joinAs(t, broker, 'Grace');

  await enter(ada, 'tea');
  await ada.say('Ada', 'Is there tea?');
  await ada.untilRow(/^Ada: Is there tea\?, .*, sent$/);
  await enter(grace, 'tea');
  await grace.untilRow(/^Ada: Is there tea\?, /);
  await grace.say('Grace', 'In the kitchen');
  await ada.untilRow(/^Grace: In the kitchen, /);

  await mosquittoPub(broker, ['-t', 'messages', '-m', 'To all']);
  await ada.untilNode('push button', 'Rooms, 1 unread');
  assert.ok(!(await ada.rows()).some((row) => row.startsWith('To all')));

  await enter(grace, 'den');
  await ada.say('Ada', 'Grace, come back');
  await grace.untilNode('push button', 'Rooms, 2 unread');
  await openRooms(grace);
  await grace.untilNode('list item', 'tea, 1 unread, mentions you');
  await grace.untilNode('list item', 'Everyone, 1 unread');
  await grace.keepPicture('window-rooms-unread');
});

test('what is unread is there after a restart', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');

  await enter(ada, 'tea');
  await mosquittoPub(broker, ['-t', 'messages/tea', '-m', 'seen']);
  await ada.untilRow(/^seen, /);
  await enter(ada, 'den');
  await mosquittoPub(broker, ['-t', 'messages/tea', '-m', 'unseen']);
  await ada.untilNode('push button', 'Rooms, 1 unread');
  await leave(ada, 'den');
  await ada.type('Message', 'Half a sen');
  await ada.restart();
  await ada.untilNode('push button', 'Rooms, 1 unread');
  assert.equal((await ada.untilNode('text', 'Message')).text, 'Half a sen');
  await openRooms(ada);
  await ada.untilNode('list item', 'tea, 1 unread');
  assert.ok(!(await ada.names('push button')).includes('Leave den'));
});

test('a wrong name is told, and a deeper topic is only shown', async (t) => {
  const broker = await startBroker(t);
  await mosquittoPub(broker, ['-t', 'messages/kitchen/sensor', '-m', '21.5']);
  const ada = await joinAs(t, broker, 'Ada');

  await openRooms(ada);
  await ada.untilNode('list item', 'kitchen/sensor');
  await ada.type('New room', 'kitchen/sensor');
  await ada.click('push button', 'Enter');
  await ada.untilNode('alert', 'The name of a room cannot have / + or # in it.');
});

await run();

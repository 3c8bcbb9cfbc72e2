// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Windows that find each other on the network, by a real Avahi. To be run by with-avahi.

import { once } from 'node:events';
import net from 'node:net';

import { run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

const patience = { timeoutMs: 20_000 };

test('who hosts is offered, and joined by one click', async (t) => {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  await host.type('First Name', 'Ada');
  const guest = await openWindow(t);
  await guest.untilBadge('connected');

  // Not at once, but after all.
  await guest.click('push button', 'Host My Own', patience);
  await guest.untilNode('label', 'No Messages Yet');
  await guest.click('push button', 'Main Menu');
  await guest.click('menu item', 'Join…');
  await guest.untilNode('text', 'Address');
  await guest.untilNode('push button', /^Join Ada’s chat/, { timeoutMs: 20_000 });
  await guest.closeDialogBy('Join Ada’s chat');
  await guest.untilNode('label', /^Joined /);
  await guest.untilBadge('connected');

  await guest.say('Grace', 'found you');
  await host.untilRow(/^Grace: found you, /);
  await host.say('Ada', 'hello');
  await guest.untilRow(/^Ada: hello, /);
});

test('an empty window offers who hosts, first; and the host is followed to another port', async (t) => {
  const guest = await openWindow(t);
  await guest.untilBadge('connected');
  const host = await openWindow(t);
  await host.untilBadge('connected');
  await host.type('First Name', 'Ada');
  const port = await host.mqttPort();

  await guest.untilNode('push button', 'Join Ada’s chat', patience);
  await guest.untilNode('push button', 'Host My Own');
  await guest.keepPicture('window-offer');
  await guest.click('push button', 'Join Ada’s chat');
  await guest.untilNode('label', /^Joined /, patience);
  await guest.untilBadge('connected', patience);

  // Ada’s computer is elsewhere from now on: somebody else has the port.
  await host.close();
  await guest.untilBadge('offline', patience);
  const other = net.createServer((socket) => socket.destroy()).listen(port);
  t.after(() => other.close());
  await once(other, 'listening');
  const again = await openWindow(t);
  await again.untilBadge('connected');
  await again.type('First Name', 'Ada');
  await guest.untilBadge('connected', { timeoutMs: 40_000 });
  await guest.say('Grace', 'there you are');
  await again.untilRow(/^Grace: there you are, /, patience);
});

await run();

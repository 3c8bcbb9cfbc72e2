// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Windows that find each other on the network, by a real Avahi. To be run by with-avahi.

import { run, test } from '../support/check.js';
import { openWindow } from '../support/window.js';

test('who hosts is offered, and joined by one click', async (t) => {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  await host.type('First Name', 'Ada');
  const guest = await openWindow(t);
  await guest.untilBadge('connected');

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

await run();

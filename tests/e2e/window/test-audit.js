// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Every page, dialog and popover of the window, as a screen reader reads it, and a picture of each.

import assert from 'node:assert/strict';

import { auditPage } from '../support/audit.js';
import { eventually, run, test } from '../support/check.js';
import { joinPeer } from '../support/peer.js';
import { openWindow } from '../support/window.js';

const slowly = { timeoutMs: 20_000, pauseMs: 200 };

class Visit {
  problems = [];
  #window;

  constructor(window) {
    this.#window = window;
  }

  // What GTK has not told of yet, it has a moment later.
  async look(page) {
    let found = [];
    await eventually(`'${page}' can be read`, async () => {
      found = await auditPage(this.#window);
      return found.length === 0;
    }, { timeoutMs: 1_500, pauseMs: 200 }).catch(() => this.problems.push(...found.map((problem) => `${page}: ${problem}`)));
    await this.#window.keepPicture(`window-page-${page.replaceAll(' ', '-')}`, { isDialog: page !== 'rooms' && page !== 'people' });
  }

  async untilOne() {
    await eventually('all is closed but the window', async () => {
      if (await this.#window.count() === 1)
        return true;
      await this.#window.key('Escape');
      return false;
    }, slowly);
  }

  // What `open` opens has another window of the display, be it a dialog or a popover.
  async visit(page, open, act = async () => {}) {
    await open();
    await eventually(`there is '${page}'`, async () => await this.#window.count() > 1, slowly);
    await this.look(page);
    await act();
    await this.untilOne();
  }
}

test('all that is shown has names', async (t) => {
  const window = await openWindow(t);
  await window.untilBadge('connected', slowly);
  await window.type('First Name', 'Ada');
  const grace = await joinPeer(t, { mqttPort: await window.mqttPort() }, 'Grace', { rooms: ['garden'] });
  await grace.say('Slides: http://192.168.1.31/talk.pdf');
  await grace.say('Watered', { room: 'garden' });
  await grace.say('One\n'.repeat(40));
  await window.untilRow(/^Grace: One/, slowly);
  await window.type('Message', 'Thanks');

  const visit = new Visit(window);
  const press = (...keys) => () => window.key(...keys);
  const click = (role, name) => () => window.click(role, name, slowly);
  await visit.look('messages');
  await visit.visit('menu', press('F10'));
  await visit.visit('rooms', click('push button', 'Rooms'));
  await visit.visit('people', click('push button', '2 people here'));
  await window.key('ctrl+f');
  await window.type('Search messages', 'slides', 'entry');
  await window.untilNode('status bar', '1 result', slowly);
  await visit.look('search');
  await visit.visit('date', click('push button', 'Go to date'));
  await window.click('push button', 'Close the search');

  await visit.visit('join', press('ctrl+j'), async () => {
    await window.type('Address', 'no address');
    await window.untilNode('alert', /^A computer’s name/, slowly);
    await window.click('push button', 'User name and password');
    await window.untilNode('password text', 'Password', slowly);
    await visit.look('join with a password');
  });
  await visit.visit('invite', async () => {
    await window.key('ctrl+i');
    await window.untilNode('list item', 'Note: Nobody has joined from another device yet.', slowly);
  }, async () => {
    await window.click('push button', 'Show Large', slowly);
    await window.untilNode('push button', 'Back', slowly);
    await visit.look('invite large');
    await window.key('Escape');
  });
  const choose = (item) => async () => {
    await window.key('F10');
    await window.click('menu item', item, slowly);
  };
  await visit.visit('room password', choose('Room Password…'));
  await visit.visit('who is connected', choose('Who Is Connected…'), async () => {
    await window.click('push button', 'Send Grace away', slowly);
    await window.untilNode('push button', 'Send Away', slowly);
    await visit.look('send away');
    await window.click('push button', 'Send Away', slowly);
    await window.untilNode('label', 'Sent Away', slowly);
    await visit.look('who was sent away');
  });
  await visit.visit('preferences', press('ctrl+comma'), async () => {
    await window.click('page tab', 'Hosting', slowly);
    await eventually('it is shown', async () => (await window.page()).some(({ name }) => name === 'Host on Start'), slowly);
    await visit.look('preferences of hosting');
    await window.click('check box', 'Host on Start', slowly);
    const { name } = await window.untilNode('push button', /Clear/, slowly);
    await window.click('push button', name, slowly);
    await window.untilNode('label', 'Clear the History?', slowly);
    await visit.look('clear history');
  });
  await visit.visit('shortcuts', press('ctrl+question'));
  await visit.visit('about', choose('About Hubbub'));
  await window.restart();
  await window.untilNode('label', 'Not in a Chat', slowly);
  await visit.look('start');
  assert.deepEqual(visit.problems, []);
}, { timeoutMs: 120_000 });

await run();

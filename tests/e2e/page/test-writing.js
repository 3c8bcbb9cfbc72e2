// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Writing: what Enter does, what is recalled, and how long a message may be.

import assert from 'node:assert/strict';

import { doesEnterPublish } from '../../../data/web/composer.js';
import { Keep } from '../../../data/web/keep.js';
import { composePayload, headBytes, sizeInBytes } from '../../../data/web/payload.js';
import { startBroker } from '../support/broker.js';
import { openConnectedPage, openContext, rows, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';

const field = (page) => page.getByRole('textbox', { name: 'Message', exact: true });
const publish = (page) => page.getByRole('button', { name: 'Publish Message' });

test('Enter: as it was set, else as is usual', () => {
  const keep = new Keep(() => null);
  assert.deepEqual([false, true].map((isTouch) => doesEnterPublish(keep, isTouch)), [true, false]);
  for (const [value, wanted] of [['yes', true], ['no', false]]) {
    keep.set('enter-publishes', value);
    assert.deepEqual([false, true].map((isTouch) => doesEnterPublish(keep, isTouch)), [wanted, wanted]);
  }
});

test('Enter swapped: it breaks the line, and Ctrl+Enter publishes; the hint says so', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  await page.getByText('Enter publishes · Shift+Enter breaks the line', { exact: true }).waitFor();
  // As another tab sets it.
  const other = await context.newPage();
  await other.goto(`${broker.url}icon.svg`);
  await other.evaluate(() => localStorage.setItem('hubbub.enter-publishes', 'no'));
  await page.getByText('Ctrl+Enter publishes · Enter breaks the line', { exact: true }).waitFor();
  await field(page).fill('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('three');
  assert.equal(await field(page).inputValue(), 'one\ntwo\nthree');
  await page.keyboard.press('Control+Enter');
  await untilRow(page, { text: 'one\ntwo\nthree', state: 'sent' });
});

test('Enter set to publish does so under a thumb, too', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await context.addInitScript(() => localStorage.setItem('hubbub.enter-publishes', 'yes'));
  const page = await openConnectedPage(t, broker, { context });
  await field(page).fill('from a phone');
  await page.keyboard.press('Enter');
  await untilRow(page, { text: 'from a phone', state: 'sent' });
});

test('Up in an empty field recalls the last own text, as a new one', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  await field(page).press('ArrowUp');
  assert.equal(await field(page).inputValue(), '', 'there is none yet');
  await say(page, 'Ada', 'first');
  await say(page, 'Ada', 'second\nwith a line');
  await untilRow(page, { text: 'second\nwith a line', state: 'sent' });
  const grace = await openConnectedPage(t, broker);
  await say(grace, 'Grace', 'not mine');
  await untilRow(page, { text: 'not mine' });

  await field(page).press('ArrowUp');
  assert.equal(await field(page).inputValue(), 'second\nwith a line');
  assert.equal(await page.locator('#counter').textContent(), '18 / 120');
  await page.keyboard.type('!');
  await field(page).press('ArrowUp');
  assert.equal(await field(page).inputValue(), 'second\nwith a line!', 'in a text it is a key like others');
  await field(page).press('Enter');
  await untilRow(page, { text: 'second\nwith a line!', state: 'sent' });
  assert.equal((await rows(page)).filter(({ isOwn }) => isOwn).length, 3);
  await field(page).press('Shift+ArrowUp');
  assert.equal(await field(page).inputValue(), '');
});

test('what is too long for the host is said in advance, to the byte', async (t) => {
  const limit = 1_000;
  const broker = await startBroker(t, { lines: [`max_packet_size ${limit}`] });
  const page = await openConnectedPage(t, broker);
  await page.getByLabel('First Name').fill('Ada');
  const message = { name: 'Ada', from: '0'.repeat(16), id: `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`, timeMs: 0 };
  // Two bytes for an é, six for a control character.
  const sizeOf = (text) => sizeInBytes(composePayload({ ...message, message: text }));
  const most = `é\x01${'x'.repeat(limit - headBytes - sizeOf('é\x01'))}`;

  await field(page).fill(most);
  assert.equal(await publish(page).isEnabled(), true);
  await page.getByText('Long, but fine').waitFor();
  await field(page).fill(`${most}x`);
  await page.getByText('1 byte too long for this host', { exact: true }).waitFor();
  assert.equal(await publish(page).isEnabled(), false);
  assert.equal(await field(page).getAttribute('aria-invalid'), 'true');
  await field(page).fill(`${most}éx`);
  await page.getByText('3 bytes too long for this host', { exact: true }).waitFor();
  await field(page).press('Enter');
  assert.equal(await field(page).inputValue(), `${most}éx`);
  assert.deepEqual(await rows(page), []);

  // The name counts, too.
  await field(page).fill(most);
  assert.equal(await publish(page).isEnabled(), true);
  await page.getByLabel('First Name').fill('Adam');
  await page.getByText('1 byte too long for this host', { exact: true }).waitFor();
  await page.getByLabel('First Name').fill('Ada');
  await publish(page).click();
  await untilRow(page, { text: most.replace('\x01', '\x01'), state: 'sent' });
});

test('a text that was written offline is measured when the host says what it takes', async (t) => {
  const broker = await startBroker(t, { lines: ['max_packet_size 1000'] });
  const context = await openContext(t);
  let isOpen = false;
  await context.routeWebSocket(/\/mqtt$/, (socket) => {
    if (isOpen)
      socket.connectToServer();
    else
      socket.close({ code: 1001 });
  });
  const page = await context.newPage();
  await page.goto(broker.url);
  await untilBadge(page, 'offline');
  await field(page).fill('x'.repeat(1_000));
  assert.equal(await publish(page).isEnabled(), true);
  isOpen = true;
  await untilBadge(page, 'connected');
  await page.getByText(/^\d+ bytes too long for this host$/).waitFor();
  assert.equal(await publish(page).isEnabled(), false);
});

test('a room that is only shown: nothing can be written, and a draft of another is kept', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  await context.addInitScript(() => {
    localStorage.setItem('hubbub.rooms', '["messages/a/b"]');
    localStorage.setItem('hubbub.room', 'messages/a/b');
    sessionStorage.setItem('hubbub.draft.messages', 'half a thou');
  });
  const page = await openConnectedPage(t, broker, { context });
  await page.getByText('This room is only shown here').waitFor();
  assert.equal(await publish(page).isEnabled(), false);
  assert.equal(await field(page).getAttribute('readonly'), '');
  await field(page).press('Enter');
  assert.equal(await field(page).inputValue(), '');
  await page.evaluate(() => { location.hash = '#room='; });
  await eventually('the draft is there', async () => await field(page).inputValue() === 'half a thou');
  assert.equal(await publish(page).isEnabled(), true);
  assert.equal(await page.getByText('This room is only shown here').isVisible(), false);
});

await run();

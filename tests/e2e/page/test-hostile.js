// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Whatever comes over the network is text.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { startBroker } from '../support/broker.js';
import {
  badge, openConnectedPage, openContext, openPage, rows, say, untilBadge, untilRow, untilTexts,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const markup = '<img src=x onerror="alert(1)"><script>alert(2)</script><style>*{display:none}</style>&lt;b&gt;';

test('markup in names and messages stays text', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: markup, message: markup });
  await stranger.send(markup);
  await say(page, '<b>Ada</b>', markup);
  await untilRow(page, { name: 'You', text: markup, state: 'sent' });
  // That it is sent is shown at once, and what came before in the next frame.
  await untilTexts(page, [markup, markup, markup]);
  const all = await rows(page);
  assert.equal(all[0].name, markup);
  const tags = await page.locator('#messages').evaluate((body) =>
    [...new Set(Array.from(body.querySelectorAll('*'), (element) => element.tagName))].sort());
  assert.deepEqual(tags, ['BDI', 'DIV', 'SPAN', 'TD', 'TIME', 'TR']);
});

test('only http and https become links, and they open apart', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const text = 'javascript:alert(1) https://example.org/a?b=1&c="x file:///etc/passwd http://192.168.1.31/talk.pdf.';
  await stranger.send({ name: 'https://name.example', message: text });
  await untilRow(page, { text });
  const links = await page.locator('#messages a').evaluateAll((all) =>
    all.map((link) => [link.getAttribute('href'), link.textContent, link.target, link.rel]));
  const apart = ['_blank', 'noopener noreferrer'];
  assert.deepEqual(links, [
    ['https://example.org/a?b=1&c=', 'https://example.org/a?b=1&c=', ...apart],
    ['http://192.168.1.31/talk.pdf', 'http://192.168.1.31/talk.pdf', ...apart],
  ]);
});

test('direction overrides stay in their cell', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: '\u202eevE', message: '\u202e\u2067reversed' });
  await stranger.send({ name: 'مريم', message: 'عندي واحد 👍' });
  await stranger.send({ name: 'Grace', message: 'abc' });
  await untilRow(page, { text: 'abc' });
  const places = await page.locator('#messages > :not(.line)').evaluateAll((all) => all.map((row) => {
    const range = document.createRange();
    range.selectNodeContents(row.querySelector('bdi'));
    const box = row.getBoundingClientRect();
    return {
      name: Math.round(range.getBoundingClientRect().right - box.left),
      cells: Array.from(row.cells, (cell) => Math.round(cell.getBoundingClientRect().left - box.left)),
      direction: getComputedStyle(row.querySelector('.text')).direction,
    };
  }));
  for (const { name, cells } of places) {
    assert.ok(Math.abs(name - places[2].name) <= 2, 'all names end at the same place');
    assert.deepEqual(cells, places[2].cells);
  }
  assert.deepEqual(places.map(({ direction }) => direction).slice(1), ['rtl', 'ltr']);
});

test('every payload of the table, over the wire', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const payloads = JSON.parse(await readFile(new URL('../../data/payloads.json', import.meta.url), 'utf8'));
  const wanted = [];
  const ids = new Set();
  for (const { text, base64, expect } of payloads) {
    await stranger.send(base64 === undefined ? text : Buffer.from(base64, 'base64'));
    if (expect.kind === 'none' || ids.has(expect.id))
      continue;
    if (expect.id)
      ids.add(expect.id);
    wanted.push({ text: expect.message ?? '', isChat: expect.kind === 'chat' });
  }
  await stranger.send('end of the table');
  await untilRow(page, { text: 'end of the table' });
  // What comes at once is shown from its end, in a few frames.
  const all = wanted.map((row) => ({ ...row, text: row.text.replace(/\r\n?/g, '\n') }));
  await untilTexts(page, [...all.map(({ text }) => text), 'end of the table']);
  assert.deepEqual((await rows(page)).slice(0, -1).map(({ text, isChat }) => ({ text, isChat })), all);
  assert.equal(await badge(page), 'connected');
});

test('huge names take little room, and are there in full', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'W'.repeat(100_000), message: 'wide' });
  await stranger.send({ name: '\u0301'.repeat(5_000), message: 'tall' });
  await stranger.send({ name: 'line\n'.repeat(500), message: 'many lines' });
  await stranger.send({ name: 'Grace', message: 'plain' });
  await untilRow(page, { text: 'plain' });
  const heights = await page.locator('#messages > :not(.line)').evaluateAll((all) => all.map((row) => row.offsetHeight));
  assert.ok(heights.every((height) => height < 2.2 * heights[3]), `heights ${heights}`);
  assert.match(await page.locator('#messages td.name').first().getAttribute('title'), /^W{100}/);
});

test('a name that cannot be seen has a stand-in, so that nobody seems to go on', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const from = '1'.repeat(16);
  await stranger.send({ name: 'Grace', message: 'mine', from });
  for (const name of ['', ' \t', '\u200b\u2060', `${' '.repeat(100)}x`, `${'\u200b'.repeat(100)}x`, undefined, 7])
    await stranger.send({ name, message: 'not hers', from });
  await stranger.send('no message of the chat');
  await untilRow(page, { text: 'no message of the chat' });
  assert.deepEqual((await rows(page)).map(({ name }) => name),
    ['Grace', ...Array(7).fill('No name'), '']);
  assert.ok(await page.locator('#messages .no-name').first().isVisible());
});

test('a message of 300 KB passes, both ways, and is folded', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const ada = await openConnectedPage(t, broker);
  const grace = await openConnectedPage(t, broker);
  const text = Array.from({ length: 100 }, (unused, i) => `Line ${i} ${'of many words '.repeat(220)}`).join('\n');
  assert.ok(text.length > 300_000);
  await say(ada, 'Ada', text);
  await untilRow(grace, { name: 'Ada', text });
  await untilRow(ada, { text, state: 'sent' });
  await stranger.untilCount(1);
  assert.equal(stranger.heardJson()[0].message, text);
  await stranger.send(text);
  await untilRow(grace, { name: '', text });

  const row = grace.locator('#messages > :not(.line)').first();
  const height = () => row.evaluate((element) => element.offsetHeight);
  assert.ok(await height() < 500);
  const button = row.getByRole('button', { name: 'Show all' });
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.click();
  await eventually('it is unfolded', async () => await height() > 10_000);
  await row.getByRole('button', { name: 'Show less' }).click();
  await eventually('it is folded again', async () => await height() < 500);
});

test('a message beyond the limit: said before, refused, and it stays where it was written', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  // Browsers take minutes to break one word of that length.
  const text = `${'x'.repeat(99)}\n`.repeat(20_000);
  await page.locator('#message').evaluate((field, value) => {
    field.value = value;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }, text);
  await page.getByText(/^\d+ bytes too long for this host$/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Publish Message' }).isEnabled(), false);
  await page.locator('#message').press('Enter');
  await page.getByRole('alert').getByText(/^\d+ bytes too long for this host\.$/).waitFor();
  assert.equal(await page.locator('#message').evaluate((field) => field.value.length), text.length);
  assert.equal(await badge(page), 'connected');
  assert.deepEqual(await rows(page), []);
});

test('a host that takes less says so before anything is sent', async (t) => {
  const broker = await startBroker(t, { lines: ['max_packet_size 100000'] });
  const page = await openConnectedPage(t, broker);
  await page.locator('#message').fill('x'.repeat(150_000));
  await page.getByText(/^50\d{3} bytes too long for this host$/).waitFor();
  await page.locator('#message').press('Enter');
  assert.deepEqual(await rows(page), []);
  await say(page, 'Ada', 'short');
  await untilRow(page, { name: 'You', text: 'short', state: 'sent' });
});

test('half characters in what is typed are repaired', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await page.locator('#name').evaluate((field) => { field.value = 'A\ud83d'; });
  await page.locator('#message').evaluate((field) => { field.value = 'x\ude00y'; });
  await page.locator('#publish').click();
  await untilRow(page, { name: 'You', text: 'x\ufffdy', state: 'sent' });
  await stranger.untilCount(1);
  assert.equal(stranger.heardJson()[0].name, 'A\ufffd');
  assert.equal(stranger.heardJson()[0].message, 'x\ufffdy');
});

// Bytes that are no MQTT, and MQTT that no broker sends.
const nonsense = {
  'no MQTT': [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  'a reserved packet type': [Buffer.from([0x20, 2, 0, 0, 0x00, 0])],
  'a length without an end': [Buffer.from([0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0xff, 0xff])],
  'a topic longer than its packet': [Buffer.from([0x20, 2, 0, 0, 0x30, 4, 0xff, 0xff, 0x61, 0x61])],
  'QoS 3': [Buffer.from([0x20, 2, 0, 0, 0x36, 5, 0, 1, 0x61, 0, 1])],
  'acknowledgements of nothing': [Buffer.from([0x20, 2, 0, 0, 0x40, 2, 0, 9, 0x50, 2, 0, 9, 0x62, 2, 0, 9, 0x70, 2, 0, 9, 0xb0, 2, 0, 9])],
  'two CONNACKs': [Buffer.from([0x20, 2, 0, 0, 0x20, 2, 0, 0])],
  'text frames': ['hello'],
  'a refusal': [Buffer.from([0x20, 2, 0, 5])],
};

for (const [name, frames] of Object.entries(nonsense)) {
  test(`a host that answers with ${name}: never connected, and no harm`, async (t) => {
    const broker = await startBroker(t);
    const context = await openContext(t);
    let dials = 0;
    let badgeBefore = null;
    await context.routeWebSocket(/\/mqtt$/, async (socket) => {
      dials += 1;
      if (dials > 1) {
        // The page may dial again before it has been handed to the test.
        badgeBefore ??= badge(context.pages()[0]);
        await badgeBefore;
        socket.connectToServer();
        return;
      }
      let isFirst = true;
      socket.onMessage(() => {
        if (isFirst)
          frames.forEach((frame) => socket.send(frame));
        isFirst = false;
      });
    });
    const page = await openPage(t, broker, { context });
    await untilBadge(page, 'connected', { timeoutMs: 15_000 });
    assert.ok(dials > 1);
    assert.notEqual(await badgeBefore, 'connected');
  });
}

await run();

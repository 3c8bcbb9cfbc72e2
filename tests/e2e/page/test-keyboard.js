// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page without a mouse, with an input method, and under a thumb.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, openContext, openPage, rows, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const focused = (page) => page.evaluate(() => document.activeElement.id);

// Sends something else and waits for it: what the page has shown as sent before is here, too.
async function heardSoFar(stranger) {
  const mark = `mark ${Math.random()}`;
  await stranger.send(mark);
  await eventually('the mark has come', () => stranger.heard.some((payload) => String(payload) === mark));
  return stranger.heard.map(String).filter((text) => text.startsWith('{')).map((text) => JSON.parse(text).message);
}

test('keyboard only: name, message, Enter, and all of the page by Tab', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  assert.equal(await focused(page), 'name');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'message');
  await page.keyboard.type('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Enter');
  await untilRow(page, { name: 'You', text: 'one\ntwo', state: 'sent' });
  assert.equal(await page.locator('#message').inputValue(), '');
  assert.equal(await focused(page), 'message');

  await page.keyboard.type('by the button');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'publish');
  await page.keyboard.press('Space');
  await untilRow(page, { text: 'by the button', state: 'sent' });
  assert.equal(await focused(page), 'message');

  await stranger.send({ name: 'Grace', message: `see http://192.168.1.31/talk.pdf ${'and so on '.repeat(400)}` });
  await page.getByRole('link').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'log');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.href), 'http://192.168.1.31/talk.pdf');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Show less' }).waitFor();
});

test('the focus is seen wherever it is', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'http://192.168.1.31/' });
  await page.getByRole('link').waitFor();
  for (const wanted of ['name', 'message', 'publish', 'log', '']) {
    assert.equal(await focused(page), wanted);
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
    });
    assert.ok(outline >= 1, `outline of "${wanted}": ${outline}`);
    await page.keyboard.press('Tab');
  }
});

test('a known name: the cursor is in Message', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  await page.keyboard.type('Ada');
  await page.reload();
  await untilBadge(page, 'connected');
  assert.equal(await focused(page), 'message');
});

test('Enter: alone and with Ctrl it publishes, with Shift and Alt it does not, blanks never', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  const field = page.locator('#message');
  await field.focus();
  for (const [keys, isPublished] of [['Enter', true], ['Control+Enter', true], ['Shift+Enter', false], ['Alt+Enter', false]]) {
    await field.fill(keys);
    await page.keyboard.press(keys);
    assert.equal(await field.inputValue() === '', isPublished, keys);
  }
  await field.fill(' \n ');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Write a message first.').waitFor();
  await untilRow(page, { text: 'Control+Enter', state: 'sent' });
  assert.deepEqual(await heardSoFar(stranger), ['Enter', 'Control+Enter']);
});

test('Enter does nothing while an input method composes', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  const session = await context.newCDPSession(page);
  const field = page.locator('#message');
  await field.focus();
  await page.evaluate(() => {
    window.seen = [];
    document.addEventListener('keydown', (event) => window.seen.push([event.isComposing, event.keyCode]), true);
  });

  // Enter takes what the input method proposes.
  await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  const enter = { key: 'Enter', code: 'Enter' };
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter, windowsVirtualKeyCode: 229 });
  await session.send('Input.insertText', { text: '日本' });
  // Safari ends the composition first and reports the key then: only its code is left.
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter, windowsVirtualKeyCode: 229 });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter, windowsVirtualKeyCode: 229 });
  assert.equal(await field.inputValue(), '日本');
  assert.deepEqual(await page.evaluate(() => window.seen), [[true, 229], [false, 229]]);
  assert.deepEqual(await heardSoFar(stranger), []);

  await page.keyboard.press('Enter');
  await untilRow(page, { text: '日本', state: 'sent' });
});

test('under a thumb: Enter breaks the line, the button publishes and the keyboard stays', async (t) => {
  const broker = await startBroker(t);
  const options = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const page = await openConnectedPage(t, broker, { options });
  assert.notEqual(await focused(page), 'name');
  const field = page.locator('#message');
  await field.tap();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await page.evaluate(() => {
    window.blurs = 0;
    document.getElementById('message').addEventListener('blur', () => { window.blurs += 1; });
  });
  await page.getByRole('button', { name: 'Publish Message' }).tap();
  await untilRow(page, { text: 'one\ntwo', state: 'sent' });
  assert.equal(await page.evaluate(() => window.blurs), 0);
  assert.equal(await focused(page), 'message');
});

test('the counter counts characters to 120, warns beyond, and blocks nothing', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  const counter = page.locator('#counter');
  const warning = page.getByText('Long, but fine');
  await page.locator('#message').fill(`${'x'.repeat(118)}😀`);
  assert.equal(await counter.textContent(), '119 / 120');
  await page.locator('#message').fill(`${'x'.repeat(119)}😀`);
  assert.equal(await counter.textContent(), '120 / 120');
  assert.equal(await warning.isVisible(), false);
  await page.locator('#message').fill('x'.repeat(121));
  assert.equal(await counter.textContent(), '121 / 120');
  assert.equal(await warning.isVisible(), true);
  await page.locator('#message').press('Enter');
  await untilRow(page, { text: 'x'.repeat(121), state: 'sent' });
  assert.equal(await counter.textContent(), '0 / 120');
});

test('ten thousand lines are pasted at once', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  const text = 'a line of a log file\n'.repeat(10_000);
  await page.locator('#message').fill('before after');
  const spentMs = await page.locator('#message').evaluate((field, pasted) => {
    field.setSelectionRange(7, 7);
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const startMs = performance.now();
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    return performance.now() - startMs;
  }, text);
  assert.equal(await page.locator('#message').inputValue(), `before ${text}after`);
  // By the clock: a second where nothing else runs, and several beside other programs.
  assert.ok(spentMs < 20_000, `${spentMs} ms`);
  await page.reload();
  assert.equal((await page.locator('#message').inputValue()).length, text.length + 12);
});

test('a person who presses Enter for long publishes once', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openPage(t, broker);
  await untilBadge(page, 'connected');
  await page.locator('#message').fill('once');
  for (let i = 0; i < 5; i += 1)
    await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await untilRow(page, { text: 'once', state: 'sent' });
  assert.deepEqual(await heardSoFar(stranger), ['once']);
  assert.equal((await rows(page)).filter(({ isChat }) => isChat).length, 1);
  assert.equal(await page.getByRole('alert').textContent(), '');
});

await run();

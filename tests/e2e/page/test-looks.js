// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How the page looks: light and dark, wide and narrow, with axe-core's eyes,
// and in pictures for people's.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { startBroker } from '../support/broker.js';
import { keepPicture, openConnectedPage, say, untilBadge, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const frames = {
  wide: { viewport: { width: 1120, height: 700 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  narrow: { viewport: { width: 360, height: 740 } },
  sideways: { viewport: { width: 740, height: 360 }, hasTouch: true, isMobile: true },
};

// A conversation as people have it.
async function converse(page, stranger) {
  const nowMs = Date.now();
  const from = { Grace: '1', Linus: '2', 'مريم': '3', 'Margaret Hamilton-Lovelace the Second': '4', 山田太郎: '5' };
  const lines = [
    ['Grace', 'Projector is in room 4, HDMI cable on the desk.', 32],
    ['Grace', 'Slides: http://192.168.1.31/talk.pdf', 31],
    ['Linus', 'Thanks!\nWho has the adapter for USB-C?', 25],
    [null, '22.4 °C, door open'],
    ['مريم', 'عندي واحد 👍', 18],
    ['Margaret Hamilton-Lovelace the Second', 'I have a spare one, too, in the grey bag next to the window.', 10],
    ['山田太郎', '了解しました。会議室4ですね', 3],
  ];
  for (const [name, message, minutes] of lines) {
    await stranger.send(name === null ? message : {
      name, message, from: from[name].repeat(16), time: new Date(nowMs - minutes * 60_000).toISOString(),
    });
  }
  await untilRow(page, { text: lines.at(-1)[1] });
  await say(page, 'Ada', 'On my way with coffee');
  await untilRow(page, { text: 'On my way with coffee', state: 'sent' });
  await page.locator('#message').fill('See you at the gate in ten minutes');
}

async function findings(page) {
  const results = await page.evaluate(async () => window.axe.run(document, { resultTypes: ['violations'] }));
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 500)}`);
}

// The page's own policy forbids scripts of others: a test brings axe in from outside.
async function bringAxe(page) {
  const session = await page.context().newCDPSession(page);
  const { readFile } = await import('node:fs/promises');
  await session.send('Runtime.evaluate', { expression: await readFile(axePath, 'utf8') });
}

// What sticks out of the page.
function beside(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement;
    const out = Array.from(document.querySelectorAll('body *'))
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 100));
    return { beside: out, sideways: root.scrollWidth - root.clientWidth, down: root.scrollHeight - root.clientHeight };
  });
}

for (const [name, frame] of Object.entries(frames)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}, ${colorScheme}: no serious finding, nothing beside the page`, async (t) => {
      const broker = await startBroker(t);
      const stranger = await joinStranger(t, broker);
      const page = await openConnectedPage(t, broker, { options: { ...frame, colorScheme } });
      await bringAxe(page);
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-empty`);

      await converse(page, stranger);
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}`);

      await broker.kill();
      await untilBadge(page, 'offline');
      await say(page, 'Ada', 'Is anybody there?');
      await page.locator('#message').fill('x'.repeat(121));
      await page.locator('#log').focus();
      // That it is not answering, until that counts as gone some seconds later.
      await eventually('the status says why', async () =>
        /not answering|gone without a word/.test(await page.locator('#status').textContent()));
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-offline`);

      assert.deepEqual(await beside(page), { beside: [], sideways: 0, down: 0 });
      const button = await page.locator('#publish').boundingBox();
      const { width, height } = frame.viewport;
      assert.ok(button.x >= 0 && button.x + button.width <= width, 'the button is not cut at the side');
      assert.ok(name === 'sideways' || button.y + button.height <= height, 'nor at the bottom');
    });
  }
}

// What the buttons of the heading open.
for (const name of ['wide', 'phone']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}, ${colorScheme}: the heading's buttons: no serious finding, nothing beside the page`, async (t) => {
      const broker = await startBroker(t);
      const stranger = await joinStranger(t, broker);
      for (const topic of ['messages/حديقة', 'messages/Besprechung am Donnerstag um neun Uhr dreißig', 'messages/sensors/cellar'])
        await stranger.send('before', { topic });
      const page = await openConnectedPage(t, broker, { hash: '#room=Küche', options: { ...frames[name], colorScheme } });
      for (const room of ['garden', 'מטבח', ''])
        await page.evaluate((hash) => { location.hash = hash; }, `room=${encodeURIComponent(room)}`);
      await converse(page, stranger);
      for (const text of ['one', 'two @Ada'])
        await stranger.send({ name: 'Grace', message: text }, { topic: 'messages/garden' });
      await page.getByRole('button', { name: 'Rooms, 2 unread' }).click();
      await page.getByRole('button', { name: 'sensors/cellar' }).waitFor();
      await bringAxe(page);
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-rooms`);
      assert.deepEqual(await beside(page), { beside: [], sideways: 0, down: 0 });

      for (const [name, digit, kind] of [['Grace', '1', 'desktop'], ['Linus', '2', 'browser'], ['مريم', '3', 'browser'],
        ['Grace', 'f', 'browser'], ['Margaret Hamilton-Lovelace the Second', '4', 'desktop'], ['', 'a', 'browser']]) {
        await stranger.send({ name, from: digit.repeat(16), kind, rooms: digit === '1' ? ['garden', 'מטבח'] : [] },
          { topic: `hubbub/presence/${digit}` });
      }
      await page.getByRole('button', { name: '7 people here' }).click();
      await page.locator('#people li').nth(6).waitFor();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-people`);
      assert.deepEqual(await beside(page), { beside: [], sideways: 0, down: 0 });

      await page.keyboard.press('Escape');
      // At the beginning nothing is noted.
      let comers = 0;
      await eventually('a coming is noted', async () => {
        comers += 1;
        await stranger.send({ name: `Edsger ${comers}`, from: String(comers).padStart(16, '0') }, { topic: `hubbub/presence/e${comers}` });
        return await page.locator('#messages .note').count() > 0;
      });
      await stranger.send({ name: 'مريم', from: '3'.repeat(16) }, { topic: 'hubbub/typing' });
      await page.locator('#typing').waitFor();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-typing`);

      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await page.getByRole('switch', { name: 'Sound' }).check();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-switches`);
      assert.deepEqual(await beside(page), { beside: [], sideways: 0, down: 0 });
    });
  }
}

async function hide(page, state) {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

for (const name of ['wide', 'phone']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}, ${colorScheme}: who is mentioned, what is new, the menu of a message and the search`, async (t) => {
      const broker = await startBroker(t);
      const stranger = await joinStranger(t, broker);
      const page = await openConnectedPage(t, broker, { options: { ...frames[name], colorScheme } });
      await bringAxe(page);
      await converse(page, stranger);
      await hide(page, 'hidden');
      await stranger.send({ name: 'Grace', message: 'Ada, could you bring the slides, too?', from: '3f2a'.padEnd(16, '0') });
      await stranger.send({ name: 'Linus', message: 'They are at http://192.168.1.31/talk.pdf', from: '2'.repeat(16) });
      await untilRow(page, { text: 'They are at http://192.168.1.31/talk.pdf' });
      await hide(page, 'visible');
      await page.getByText('New', { exact: true }).waitFor();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-new`);

      const row = page.getByRole('row', { name: /They are at/ });
      await (name === 'phone' ? row.locator('time').tap() : row.hover());
      await page.getByRole('button', { name: 'Message menu' }).click();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-menu`);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Search', exact: true }).click();
      await page.getByLabel('Where to search').selectOption('All rooms');
      await page.getByRole('searchbox').fill('the');
      await page.locator('.result').first().waitFor();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-search`);
      await page.getByRole('button', { name: 'Go to date' }).click();
      await page.getByRole('searchbox').fill('nowhere to be found');
      await page.getByText('No results').waitFor();
      assert.deepEqual(await findings(page), []);
      await keepPicture(page, `page-${name}-${colorScheme}-date`);
      const beside = await page.evaluate(() => Array.from(document.querySelectorAll('body *'))
        .filter((element) => element.getBoundingClientRect().right > document.scrollingElement.clientWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100)));
      assert.deepEqual(beside, []);
    });
  }
}

test('wide: input beside output; narrow: table above, input below', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker, { options: frames.wide });
  const box = (id) => page.locator(id).boundingBox();
  const hasPlaceholder = () => page.locator('#message').evaluate((field) =>
    field.placeholder === 'Message' && getComputedStyle(field, '::placeholder').color !== 'rgba(0, 0, 0, 0)');
  let [input, output] = [await box('#input'), await box('#output')];
  assert.ok(input.x + input.width <= output.x && Math.abs(input.y - output.y) < 2);
  assert.equal(await hasPlaceholder(), false, 'the label is seen');
  await page.setViewportSize(frames.narrow.viewport);
  // The page hears of its new height a moment later.
  await eventually('the input is below the table, at the bottom', async () => {
    [input, output] = [await box('#input'), await box('#output')];
    return output.y + output.height <= input.y && input.y + input.height > 720;
  });
  assert.ok(output.height > 350, 'the table has most of the place');
  assert.equal(await hasPlaceholder(), true, 'no field without a word');
});

test('text twice as large: everything is still within reach', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker, { options: { viewport: { width: 560, height: 370 }, deviceScaleFactor: 2 } });
  await converse(page, stranger);
  await page.locator('#message').press('Enter');
  await untilRow(page, { text: 'See you at the gate in ten minutes', state: 'sent' });
  assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth), 0);
  await keepPicture(page, 'page-large');
});

test('the badge has the colour of its word', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  // With another class for that moment, if one is given: the page writes the one of its own state again at any time.
  const colour = (className) => page.locator('#connect-badge').evaluate((badge, name) => {
    badge.className = name ?? badge.className;
    const [red, green, blue] = getComputedStyle(badge).backgroundColor.match(/\d+/g).map(Number);
    if (green > red && green > blue)
      return 'green';
    return green > blue * 1.3 && red > green ? 'orange' : 'red';
  }, className);
  assert.equal(await colour(), 'green');
  await broker.kill();
  await untilBadge(page, 'offline');
  assert.equal(await colour(), 'red');
  assert.equal(await colour('badge connecting'), 'orange');
});

test('less motion is respected', async (t) => {
  const broker = await startBroker(t);
  const duration = async (reducedMotion) => {
    const page = await openConnectedPage(t, broker, { options: { reducedMotion } });
    return page.locator('#publish').evaluate((button) => parseFloat(getComputedStyle(button).transitionDuration));
  };
  assert.ok(await duration('no-preference') > 0);
  assert.equal(await duration('reduce'), 0);
});

await run();

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page in other languages than English, in Chromium: all of it, from the right where that is how one writes, and
// no more to transfer than it needs.

import assert from 'node:assert/strict';
import path from 'node:path';

import { startBroker } from '../support/broker.js';
import { openPage, untilRow } from '../support/browser.js';
import { eventually, note, run, test } from '../support/check.js';
import { mosquittoPub } from '../support/mosquitto.js';
import arabic from '../../../data/web/words-ar.js';
import german from '../../../data/web/words-de.js';

const slowly = { timeoutMs: 20_000 };

// Compressed: all of it, of what this project writes, and of a language besides English.
const allBytes = 125 * 1000;
const ownBytes = 44 * 1024;
const languageBytes = 4 * 1024;

async function openIn(t, broker, locale, options = {}) {
  const page = await openPage(t, broker, { options: { locale, ...options } });
  await page.locator('#connect-badge.connected').waitFor({ timeout: slowly.timeoutMs });
  return page;
}

// What can be read or heard: the text that is shown, and what attributes say.
function wordsOn(page) {
  return page.evaluate(() => {
    const found = new Set();
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (!texts.currentNode.parentElement.closest('noscript, script, .text, bdi'))
        found.add(texts.currentNode.data.trim());
    }
    for (const name of ['aria-label', 'placeholder', 'title'])
      document.querySelectorAll(`[${name}]`).forEach((element) => found.add(element.getAttribute(name)));
    return [...found];
  });
}

async function keepPictures(page, name) {
  if (!process.env.HUBBUB_ARTIFACTS)
    return;
  for (const [frame, size] of Object.entries({ wide: { width: 1200, height: 720 }, narrow: { width: 360, height: 720 } })) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: path.join(process.env.HUBBUB_ARTIFACTS, `page-${name}-${frame}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

for (const [table, locale] of [[german, 'de-DE'], [arabic, 'ar-EG']]) {
  test(`${table.language}: nothing on the page is English, and nothing is cut off`, async (t) => {
    const broker = await startBroker(t);
    const page = await openIn(t, broker, locale);
    const { words } = table;
    const name = (english) => ({ name: words[english], exact: true });
    assert.deepEqual(await page.locator('html').evaluate(({ lang, dir }) => [lang, dir]), [table.language, table.direction]);
    assert.equal(await page.title(), words.Messages);
    assert.equal(await page.locator('#connect-badge').textContent(), words.connected);
    assert.equal(await page.locator('#empty').textContent(), words['No messages yet. Say hello!']);

    await page.getByLabel(words['First Name'], { exact: true }).fill('Ada');
    await page.getByRole('button', name('Publish Message')).click();
    assert.equal(await page.locator('#note').textContent(), words['Write a message first.']);
    await page.getByRole('textbox', name('Message')).fill('Hello');
    await page.getByRole('button', name('Publish Message')).click();
    await untilRow(page, { text: 'Hello', state: 'sent', name: words.You }, slowly);
    await mosquittoPub(broker, ['-t', 'messages', '-m', '{"name":"مريم","message":"مرحبا Ada"}']);
    await mosquittoPub(broker, ['-t', 'messages', '-m', '{"name":"Grace","message":"Hello Ada,\\nhow are you?"}']);
    await mosquittoPub(broker, ['-t', 'messages/garden', '-m', '{"name":"Grace","message":"Watered"}']);
    await untilRow(page, { text: 'Hello Ada,\nhow are you?' }, slowly);
    assert.equal(await page.locator('.line.day').textContent(), words.Today);

    for (const english of ['People', 'Rooms', 'Menu'])
      await page.locator(`#${english.toLowerCase()}-button`).click();
    await page.locator('#search-button').click();
    await page.getByRole('searchbox', name('Search messages')).fill('hello');
    await eventually('something is found', async () =>
      await page.locator('#found').textContent() === words['{n} results'][table.language === 'de' ? 'other' : 'two'].replace('{n}', 2), slowly);
    await keepPictures(page, `${table.language}-search`);
    await page.keyboard.press('Escape');

    // Whatever is there and has another name in that language has it.
    const english = new Set(Object.entries(words).filter(([key, other]) => other !== key).map(([key]) => key));
    assert.deepEqual((await wordsOn(page)).filter((one) => english.has(one)), []);
    await keepPictures(page, table.language);

    for (const width of [1200, 360]) {
      await page.setViewportSize({ width, height: 720 });
      await eventually('the page has that width', () => page.evaluate((wanted) => innerWidth === wanted, width));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('button, label, th, .badge, #hint')]
        .filter((one) => one.offsetParent !== null && !one.matches('.unseen') && getComputedStyle(one).clipPath === 'none' &&
          one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline').map((one) => one.outerHTML.slice(0, 200))), []);
    }
    await page.locator('#rooms-button').click();
    await keepPictures(page, `${table.language}-rooms`);
  });
}

test('Arabic: the page runs from the right, its buttons and menus, too', async (t) => {
  const broker = await startBroker(t);
  const page = await openIn(t, broker, 'ar');
  await mosquittoPub(broker, ['-t', 'messages', '-m', '{"name":"Grace","message":"Hello"}', '-r']);
  await untilRow(page, { text: 'Hello' }, slowly);
  const box = (selector) => page.locator(selector).boundingBox();
  const [input, output, heading, controls] = await Promise.all(['#input', '#output', 'h1', '.controls'].map(box));
  assert.ok(input.x >= output.x + output.width - 1, 'the input is on the right');
  assert.ok(heading.x > controls.x, 'the heading is on the right');
  const [name, message, time] = await Promise.all(['td.name', 'td.message', 'td.time'].map((cell) => box(`#messages tr:not(.line) ${cell}`)));
  assert.ok(name.x > message.x && message.x > time.x);

  await page.locator('#messages tr:not(.line)').hover();
  const button = await box('#row-button');
  assert.ok(button.x >= time.x, 'beside the time, where that is');
  await page.locator('#row-button').click();
  const [menu, whole] = [await box('#row-menu'), await box('#output')];
  assert.ok(menu.x >= whole.x && menu.x + menu.width <= whole.x + whole.width, 'the menu is inside');
  await page.keyboard.press('Escape');
  await page.locator('#menu-button').click();
  const opened = await box('#menu');
  assert.ok(opened.x >= 0 && opened.x + opened.width <= 1100 / 2, 'the popover is where its button is');
  const [knob, track] = await page.locator('#menu input').first().evaluate((one) =>
    [parseFloat(getComputedStyle(one, '::before').right), one.clientWidth]);
  assert.ok(knob < track / 2, 'a switch that is off is off on the right');
});

test('the first load is small, and brings one language alone', async (t) => {
  const broker = await startBroker(t);
  for (const [locale, wanted] of [['en-GB', []], ['fr-FR', []], ['de-AT', ['words-de.js']], ['ar', ['words-ar.js']]]) {
    const page = await openIn(t, broker, locale);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
      .filter(({ name }) => !name.includes('/api/')).map(({ name, encodedBodySize, decodedBodySize }) =>
        ({ name: new URL(name).pathname.slice(1), encodedBodySize, decodedBodySize })));
    assert.deepEqual(loaded.map(({ name }) => name).filter((name) => name.startsWith('words-')), wanted, locale);
    const sizeOf = (files) => files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    const own = sizeOf(loaded.filter(({ name }) => name !== 'mqtt.min.js'));
    note(`${locale}: ${sizeOf(loaded)} bytes compressed in ${loaded.length} files, ${own} of them without MQTT.js`);
    assert.ok(loaded.every(({ encodedBodySize, decodedBodySize }) => encodedBodySize > 0 && encodedBodySize <= decodedBodySize));
    assert.ok(own > 20_000 && own <= ownBytes, `${locale}: ${own}`);
    assert.ok(sizeOf(loaded) <= allBytes, `${locale}: ${sizeOf(loaded)}`);
    assert.ok(sizeOf(loaded.filter(({ name }) => wanted.includes(name))) <= languageBytes);
    await page.close();
  }
});

await run();

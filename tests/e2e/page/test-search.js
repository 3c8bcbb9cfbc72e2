// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Searching in what was said, and going to where it was said, or to a day.

import assert from 'node:assert/strict';

import { startBroker } from '../support/broker.js';
import { keepPicture, openConnectedPage, openContext, say, texts, untilRow, watchLit } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { joinStranger } from '../support/strangers.js';

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const entry = (page) => page.getByRole('searchbox', { name: 'Search messages' });
const results = (page) => page.getByRole('list', { name: 'Results' }).getByRole('button');

// As many at once as a broker takes from one client: each waits for the disk.
async function tell(stranger, from, to, wordOf = (number) => `message ${number}`) {
  for (let first = from; first <= to; first += 10) {
    await Promise.all(numbers(first, Math.min(first + 9, to)).map((number) =>
      stranger.send({ name: `Name ${number % 7}`, message: wordOf(number) })));
  }
}

// The message that was lit since watchLit, and whether all of it is in sight.
const lit = (page) => page.locator('#log').evaluate((log) => {
  const row = window.lit;
  const [box, view] = [row, log].map((element) => element.getBoundingClientRect());
  const head = log.querySelector('thead').getBoundingClientRect();
  return {
    text: row.querySelector('.text').textContent,
    isInSight: box.top >= head.bottom - 1 && box.bottom <= view.bottom + 1,
    hasFocus: row === document.activeElement,
  };
});

// How far the middle of it is below that of the table.
const litOffMiddle = (page) => page.locator('#log').evaluate((log) => {
  const [middle, wanted] = [window.lit, log].map((element) => element.getBoundingClientRect())
    .map(({ top, bottom }) => (top + bottom) / 2);
  return middle - wanted;
});

async function search(page, words) {
  await watchLit(page);
  await page.keyboard.press('Control+f');
  await entry(page).fill(words);
}

test('Ctrl+F: newest first, with name, time and the hit in bold; Escape leads back', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'The Slides are in room 4' });
  await stranger.send({ name: 'Linus', message: 'Thanks' });
  await say(page, 'Ada', 'Which slides? The slides of the talk?');
  await untilRow(page, { text: 'Which slides? The slides of the talk?', state: 'sent' });
  assert.equal(await page.locator('#search').isVisible(), false);
  await search(page, 'slides');
  await page.getByText('2 results', { exact: true }).waitFor();
  const heads = await results(page).evaluateAll((all) => all.map((one) => [
    one.querySelector('.who').textContent, one.querySelector('time').textContent.split(',')[0],
    Array.from(one.querySelectorAll('mark'), (mark) => mark.textContent),
  ]));
  assert.deepEqual(heads, [['You', 'Today', ['slides', 'slides']], ['Grace', 'Today', ['Slides']]]);
  assert.equal(await page.locator('#log').isVisible(), false, 'the results are in place of the table');
  await entry(page).fill('nowhere');
  await page.getByText('No results for “nowhere”', { exact: true }).waitFor();
  assert.equal(await results(page).count(), 0);
  await entry(page).fill(' ');
  await eventually('the table is back', () => page.locator('#log').isVisible());
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#search').isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'message');
});

test('where all is in sight, whoever was led to a result is at the end still', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 3, (number) => `message ${number}`);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 3' });
  await watchLit(page);
  await page.getByRole('button', { name: 'Search' }).click();
  await entry(page).fill('message 2');
  await page.getByText('1 result', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await eventually('it is lit', async () => (await lit(page)).text === 'message 2');
  const litMs = await eventually('its light has gone', () => page.evaluate(() => window.litMs));
  assert.ok(litMs > 1_900, `${litMs} ms`);
  await tell(stranger, 4, 4, (number) => `message ${number}`);
  await untilRow(page, { text: 'message 4' });
  assert.equal(await page.locator('#newer').isVisible(), false);
});

test('a result leads to its place, far up, with what stands around it; from there on in both directions, and to the end', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const wordOf = (number) => ({ 20: 'the pin', 300: 'the needle' }[number] ?? `message ${number}`);
  await tell(stranger, 1, 700, wordOf);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 700' });
  await watchLit(page);
  await page.getByRole('button', { name: 'Search' }).click();
  await entry(page).fill('needle');
  await page.getByText('1 result', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await eventually('it is lit and in sight', async () => {
    assert.deepEqual(await lit(page), { text: 'the needle', isInSight: true, hasFocus: true });
    const offMiddle = await litOffMiddle(page);
    assert.ok(Math.abs(offMiddle) < 40, `${offMiddle} off the middle`);
    return true;
  });
  await keepPicture(page, 'page-found');
  await eventually('what stands around it is there', async () => {
    const all = await texts(page);
    const at = all.indexOf('the needle');
    return all[at - 50] === 'message 250' && all[at + 50] === 'message 350';
  });
  await eventually('it is lit no longer', async () => await page.locator('.lit').count() === 0);

  // Apart from the end: what comes is counted.
  await page.getByRole('button', { name: 'Go to newest' }).waitFor();
  await tell(stranger, 701, 702);
  await page.getByRole('button', { name: '2 new' }).waitFor();
  const log = page.locator('#log');
  await eventually('older ones come', async () => {
    await log.evaluate((element) => { element.scrollTop = 0; });
    return (await texts(page))[0] === 'message 1';
  });
  await eventually('newer ones come', async () => {
    await log.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    return (await texts(page)).at(-1) === 'message 702';
  });
  const all = await texts(page);
  const first = Number(all[0].slice('message '.length));
  assert.deepEqual(all, numbers(first, 702).map(wordOf), 'without a gap');

  await eventually('it is at the end', async () => {
    await log.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    return !await page.locator('#newer').isVisible();
  });
  // What is held is only scrolled to.
  await search(page, 'needle');
  await page.getByText('1 result', { exact: true }).waitFor();
  await results(page).first().click();
  await eventually('it is lit again', async () => (await lit(page)).text === 'the needle');
  assert.equal(await page.locator('#newer').isVisible(), false);
  await search(page, 'pin');
  await results(page).getByText('the pin').click();
  await eventually('the other one is lit', async () => (await lit(page)).text === 'the pin');
  await page.getByRole('button', { name: 'Go to newest' }).click();
  await eventually('the end is there', async () => (await texts(page)).at(-1) === 'message 702');
  await tell(stranger, 703, 703);
  await untilRow(page, { text: 'message 703' });
  assert.equal(await page.locator('#newer').isVisible(), false);
});

test('more results on scrolling, each once; the arrow keys go through them', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 130, (number) => `needle ${number}.`);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'needle 130.' });
  await search(page, 'needle');
  await page.getByText('The newest 50 results', { exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /needle 129/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search-text');
  await eventually('all are there', async () => {
    await page.locator('#results').evaluate((element) => { element.scrollTop = element.scrollHeight; });
    return await results(page).count() === 130;
  });
  await page.getByText('130 results', { exact: true }).waitFor();
  const found = await results(page).evaluateAll((all) => all.map((one) => one.querySelector('.text').textContent));
  assert.deepEqual(found, numbers(1, 130).reverse().map((number) => `needle ${number}.`));
});

test('all rooms: the results say where, and lead there', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send({ name: 'Grace', message: 'a needle here' });
  await stranger.send({ name: 'Grace', message: 'a needle there' }, { topic: 'messages/lab' });
  await tell(stranger, 1, 30);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 30' });
  await search(page, 'needle');
  await page.getByText('1 result', { exact: true }).waitFor();
  await page.getByLabel('Where to search').selectOption('All rooms');
  await page.getByText('2 results', { exact: true }).waitFor();
  assert.deepEqual(await page.locator('.result .room').allTextContents(), ['lab', 'Everyone']);
  await results(page).first().click();
  await eventually('the other room is shown', async () => await page.locator('h1').textContent() === 'lab');
  await eventually('it is lit', async () => (await lit(page)).text === 'a needle there');
});

// What is found, newest first: its texts, and with a blank between them what is bold in each.
const found = (page) => results(page).evaluateAll((all) => all.map((one) => [
  one.querySelector('.text').textContent, Array.from(one.querySelectorAll('mark'), (mark) => mark.textContent).join(' '),
]));

// Asks, and waits until the host has said so.
async function expectFound(page, words, wanted) {
  await search(page, words);
  await eventually(`“${words}” is answered`, async () => {
    assert.deepEqual(await found(page), wanted);
    assert.match(await page.locator('#found').textContent(), wanted.length === 0 ? /^No results/ : /^\d+ results?$/);
    return true;
  });
}

test('what the host takes for the same is found, and bold: every alphabet, one character, several words', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const say = (name, message) => stranger.send({ name, message });
  await say('山田太郎', '了解しました。会議室4ですね');
  await say('Grace', 'Die Straße ist groß');
  await say('Linus', 'ＡＢＣ ｶﾞｲﾄﾞ 100% "q"');
  await say('Ольга', 'Привет всем');
  await say('Ada', 'The slides of the talk');
  await say('Ada', 'Cafe\u0301 at nine');
  await stranger.send('22.4 °C, door open');
  await stranger.send(Buffer.from([0xff, 0x00, 0x41]));
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: '(3 bytes)' });
  const street = 'Die Straße ist groß';
  for (const [words, wanted] of [
    ['会議室', [['了解しました。会議室4ですね', '会議室']]],
    ['議', [['了解しました。会議室4ですね', '議']]],
    ['太郎 会議', [['了解しました。会議室4ですね', '太郎 会議']]],
    ['ガイド', [['ＡＢＣ ｶﾞｲﾄﾞ 100% "q"', 'ｶﾞｲﾄﾞ']]],
    ['abc', [['ＡＢＣ ｶﾞｲﾄﾞ 100% "q"', 'ＡＢＣ']]],
    ['%', [['ＡＢＣ ｶﾞｲﾄﾞ 100% "q"', '%']]],
    ['"Q', [['ＡＢＣ ｶﾞｲﾄﾞ 100% "q"', '"q']]],
    ['STRASSE', [[street, 'Straße']]],
    ['ist groß die', [[street, 'Die ist groß']]],
    ['привет', [['Привет всем', 'Привет']]],
    ['CAFÉ', [['Cafe\u0301 at nine', 'Cafe\u0301']]],
    ['cafe', []],
    ['talk the', [['The slides of the talk', 'The the talk']]],
    ['talk nine', []],
    ['ada talk', [['The slides of the talk', 'Ada talk']]],
    ['°c', [['22.4 °C, door open', '°C']]],
    ['会'.repeat(80), []],
  ])
    await expectFound(page, words, wanted);
  await search(page, '会'.repeat(86));
  await page.getByText('That is more than can be searched for.', { exact: true }).waitFor();
});

test('thousands of messages: what is found far back is shown there, with the way to both ends', async (t) => {
  const broker = await startBroker(t, { isPersistent: true });
  const stranger = await joinStranger(t, broker);
  const wordOf = (number) => ({ 1_500: 'the needle in 会議室', 3_000: 'zq' }[number] ?? `message ${number}`);
  const count = 5_000;
  // Not each waits for the disk, but some do: what is faster than that is not recorded.
  for (let first = 1; first <= count; first += 250) {
    numbers(first, first + 248).forEach((number) => stranger.send({ name: 'Grace', message: wordOf(number) }, { qos: 0 }));
    await stranger.send({ name: 'Grace', message: wordOf(first + 249) });
  }
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: `message ${count}` });
  const around = (number) => eventually(`what stands around message ${number} is there`, async () => {
    const all = await texts(page);
    const at = all.indexOf(wordOf(number));
    assert.deepEqual(all.slice(at - 40, at + 41), numbers(number - 40, number + 40).map(wordOf));
    assert.deepEqual(await lit(page), { text: wordOf(number), isInSight: true, hasFocus: true });
    return true;
  });
  for (const [words, number] of [['会議', 1_500], ['zq', 3_000], ['needle the', 1_500], ['age 777', 777]]) {
    await search(page, words);
    await eventually('it is found', async () => (await found(page)).at(-1)?.[0] === wordOf(number));
    await results(page).last().click();
    await around(number);
  }
  assert.equal(await page.getByRole('button', { name: 'Go to newest' }).isVisible(), true);
  await page.getByRole('button', { name: 'Go to newest' }).click();
  await eventually('the end is there', async () => (await texts(page)).at(-1) === `message ${count}`);
  // Far more than are shown: the first thousand of them.
  await search(page, 'message');
  await page.getByText('The newest 50 results', { exact: true }).waitFor();
  await eventually('as many as are shown are there', async () => {
    await page.locator('#results').evaluate((element) => { element.scrollTop = element.scrollHeight; });
    // To find them by their role takes long.
    return await page.locator('.result').count() === 1_000;
  });
  const all = await results(page).evaluateAll((ones) => ones.map((one) => one.querySelector('.text').textContent));
  assert.deepEqual(all, numbers(count - 999, count).reverse().map(wordOf), 'each once, in order');
}, { timeoutMs: 120_000 });

test('while the results are shown, nothing in the table counts as read', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  const page = await openConnectedPage(t, broker);
  await stranger.send({ name: 'Grace', message: 'needle' });
  await untilRow(page, { text: 'needle' });
  await search(page, 'needle');
  await page.getByText('1 result', { exact: true }).waitFor();
  await stranger.send({ name: 'Grace', message: 'came meanwhile' });
  await untilRow(page, { text: 'came meanwhile' });
  await page.keyboard.press('Escape');
  await page.getByRole('row', { name: 'New', exact: true }).waitFor();
});

test('a host without a search: what is held is searched, and that is said', async (t) => {
  const broker = await startBroker(t, { lines: ['record none'] });
  const stranger = await joinStranger(t, broker);
  const context = await openContext(t);
  await context.route(/\/api\/search/, (route) => route.fulfill({ status: 404, body: 'Not Found' }));
  const page = await openConnectedPage(t, broker, { context });
  await tell(stranger, 1, 60, (number) => (number === 2 ? 'the needle' : `message ${number}`));
  await untilRow(page, { text: 'message 60' });
  await search(page, 'NEEDLE');
  await page.getByText('1 result. This host has no search: only what is held here was searched.').waitFor();
  await page.keyboard.press('Enter');
  await eventually('it is lit and in sight', async () => {
    assert.deepEqual(await lit(page), { text: 'the needle', isInSight: true, hasFocus: true });
    return true;
  });
});

test('a host that does not answer: that is said, of the search and of the place', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 300, (number) => (number === 5 ? 'the needle' : `message ${number}`));
  const page = await openConnectedPage(t, broker);
  const context = page.context();
  let isBusy = true;
  await context.route(/\/api\/search/, (route) => (isBusy ? route.fulfill({ status: 503, body: '{}' }) : route.fallback()));
  await untilRow(page, { text: 'message 300' });
  await search(page, 'needle');
  await page.getByText('The host does not answer.').waitFor();
  isBusy = false;
  await entry(page).press('End');
  await entry(page).pressSequentially(' ');
  await page.getByText('1 result', { exact: true }).waitFor();
  await context.route(/\/api\/messages/, (route) => route.fulfill({ status: 503, body: '{}' }));
  await results(page).first().click();
  await page.getByRole('alert').getByText('The host does not answer.').waitFor();
  assert.equal((await texts(page)).at(-1), 'message 300');
});

test('go to date: the first message since, or what is wrong', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await tell(stranger, 1, 300);
  const page = await openConnectedPage(t, broker);
  await untilRow(page, { text: 'message 300' });
  const goTo = async (date) => {
    await watchLit(page);
    await page.keyboard.press('Control+f');
    if (!await page.locator('#day').isVisible())
      await page.getByRole('button', { name: 'Go to date' }).click();
    await page.locator('#day-date').fill(date);
    await page.getByRole('button', { name: 'Go', exact: true }).click();
  };
  await goTo('');
  await page.getByText('Choose a day first.').waitFor();
  await goTo('12999-12-31');
  await page.getByText('Nothing was said on that day or later.').waitFor();
  await goTo('2999-12-31');
  await page.getByText('Nothing was said on that day or later.').waitFor();
  await goTo(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  await eventually('the first is lit', async () => (await lit(page)).text === 'message 1');
  assert.equal(await page.locator('#search').isVisible(), false);
  await page.getByRole('button', { name: 'Go to newest' }).click();
  await eventually('the end is there', async () => (await texts(page)).at(-1) === 'message 300');
  await goTo('1969-07-20');
  await eventually('the first is lit again', async () => (await lit(page)).text === 'message 1');
});

test('go to date: of this room alone, where nothing was said in it that is said', async (t) => {
  const broker = await startBroker(t);
  const stranger = await joinStranger(t, broker);
  await stranger.send({ name: 'Grace', message: 'a word here' });
  const page = await openConnectedPage(t, broker, { hash: '#room=lab' });
  const goTo = async () => {
    await watchLit(page);
    await page.keyboard.press('Control+f');
    if (!await page.locator('#day').isVisible())
      await page.getByRole('button', { name: 'Go to date' }).click();
    await page.locator('#day-date').fill('2020-02-29');
    await page.getByRole('button', { name: 'Go', exact: true }).click();
  };
  await goTo();
  await page.getByText('Nothing was said on that day or later.').waitFor();
  await stranger.send({ name: 'Grace', message: 'a word there' }, { topic: 'messages/lab' });
  await goTo();
  await eventually('it is lit', async () => (await lit(page)).text === 'a word there');
});

await run();

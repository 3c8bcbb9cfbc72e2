// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is here, who has come and gone, and who is writing.

import assert from 'node:assert/strict';

import mqtt from 'mqtt';

import { startBroker } from '../support/broker.js';
import {
  cutNetwork, openConnectedPage, openContext, openGate, rows, say, untilBadge, untilRow,
} from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { openDetour } from '../support/detour.js';
import { mosquittoPub } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';

const fromOf = (digit) => digit.repeat(16);
const plain = (text) => text.replace(/[\u2068\u2069]/g, '');

// Somebody who tells of themselves, with a will.
async function comeHere(t, broker, clientId, presence) {
  const topic = `hubbub/presence/${clientId}`;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.mqttPort}`, {
    clientId, reconnectPeriod: 0, will: { topic, payload: '', qos: 1, retain: true },
  });
  t.after(() => client.endAsync(true));
  client.on('error', () => {});
  const tell = (value) => client.publishAsync(topic, value === '' ? '' : JSON.stringify(value), { qos: 1, retain: true });
  await tell(presence);
  return { client, tell };
}

// When the page sends what contains this, in seconds of the browser's clock, which tells how late it is: what is heard may be
// heard late.
async function watchSent(page, part) {
  const times = [];
  const session = await page.context().newCDPSession(page);
  session.on('Network.webSocketFrameSent', ({ timestamp, response }) => {
    if (Buffer.from(response.payloadData, 'base64').includes(part))
      times.push(timestamp);
  });
  await session.send('Network.enable');
  await session.send('Performance.enable');
  const now = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'Timestamp').value;
  return { times, now };
}

// Hears what is told on a filter: [topic, text].
async function listen(t, broker, filter) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.mqttPort}`, { reconnectPeriod: 0 });
  t.after(() => client.endAsync(true));
  client.on('error', () => {});
  const heard = [];
  client.on('message', (topic, payload, { retain }) => heard.push({ topic, text: String(payload), retain }));
  await client.subscribeAsync(filter, { qos: 1 });
  return heard;
}

const peopleButton = (page) => page.getByRole('button', { name: /(person|people) here$/ });
const people = (page) => page.locator('#people li').evaluateAll((all) => all.map((one) =>
  ['.who', '.details'].map((part) => one.querySelector(part).textContent.replace(/[\u2068\u2069]/g, ''))));
const notes = async (page) => (await page.locator('#messages .note').evaluateAll((all) => all.map((one) =>
  (one.querySelector('button') ?? one).textContent))).map(plain);

async function untilHere(page, count) {
  await page.getByRole('button', { name: count === 1 ? '1 person here' : `${count} people here` }).waitFor();
}

test('pages and others are here; two tabs are one person, and what has no presence is not', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const page = await openConnectedPage(t, broker, { context });
  await page.getByLabel('First Name').fill('Ada');
  await untilHere(page, 1);
  await openConnectedPage(t, broker, { context, hash: '#room=garden' });
  await comeHere(t, broker, 'desk', { name: 'Grace', from: fromOf('1'), kind: 'desktop', rooms: ['garden', 'shed'] });
  await comeHere(t, broker, 'nameless', { from: fromOf('2') });
  await mosquittoPub(broker, ['-t', 'messages', '-m', 'no presence']);
  await mosquittoPub(broker, ['-t', 'hubbub/presence/nobody', '-r', '-m', 'not a presence']);
  await untilHere(page, 3);
  await peopleButton(page).click();
  await eventually('all are listed', async () => {
    assert.deepEqual(await people(page), [
      ['Ada (you)', 'browser · garden'], ['Grace', 'desktop · garden, shed'], ['Somebody', ''],
    ]);
    return true;
  });
  // Rooms of others are known.
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'people-button');
  await page.getByRole('button', { name: /^Rooms/ }).click();
  await page.locator('#others').getByRole('button', { name: 'shed' }).waitFor();
});

test('what the page tells of itself: on coming, with another name or room, and on going', async (t) => {
  const broker = await startBroker(t);
  const heard = await listen(t, broker, 'hubbub/presence/+');
  const page = await openConnectedPage(t, broker);
  const told = () => heard.filter(({ text }) => text !== '').map(({ text }) => JSON.parse(text));
  await eventually('it has told', () => told().length === 1);
  const from = await page.evaluate(() => localStorage.getItem('hubbub.from'));
  const { since, ...first } = told()[0];
  assert.deepEqual(first, { name: '', from, kind: 'browser', rooms: [] });
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000);
  // As fast as nobody types: it is told when it has stood for a second.
  const sent = await watchSent(page, 'hubbub/presence/');
  const typedAt = await sent.now();
  await page.getByLabel('First Name').evaluate((field) => {
    for (const value of ['A', 'Ad', 'Ada']) {
      field.value = value;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  });
  await eventually('it has told the name', () => told().length === 2);
  assert.equal(told()[1].name, 'Ada');
  await eventually('the browser has said when', () => sent.times.length > 0);
  assert.ok(sent.times[0] - typedAt > 0.9, `${sent.times[0] - typedAt} s later`);
  await page.evaluate(() => { location.hash = 'room=garden'; });
  await eventually('it has told the room', () => told().length === 3);
  assert.deepEqual(told()[2].rooms, ['garden']);
  assert.equal(new Set(heard.map(({ topic }) => topic)).size, 1);
  assert.match(heard[0].topic, /^hubbub\/presence\/hub[0-9a-f]{20}$/);

  await page.goto('about:blank');
  await eventually('it has taken that back', () => heard.at(-1).text === '');
  const later = await listen(t, broker, 'hubbub/presence/+');
  const end = await listen(t, broker, 'hubbub/presence/end');
  await mosquittoPub(broker, ['-t', 'hubbub/presence/end', '-m', 'x']);
  await eventually('all of it has come', () => end.length === 1 && later.some(({ text }) => text === 'x'));
  // Its will may come only now.
  assert.deepEqual(later.filter(({ text }) => text !== '').map(({ topic }) => topic), ['hubbub/presence/end'], 'nothing is retained');
});

test('a page whose network is cut is gone by its will', async (t) => {
  const broker = await startBroker(t);
  const detour = await openDetour(t, broker, { farPort: broker.httpPort });
  const heard = await listen(t, broker, 'hubbub/presence/+');
  await openConnectedPage(t, { ...broker, url: `http://127.0.0.1:${detour.port}/` });
  await eventually('it is here', () => heard.length === 1);
  detour.close();
  await eventually('it is gone', () => heard.some(({ text }) => text === ''));
});

test('nobody else takes back what the page has told', async (t) => {
  const broker = await startBroker(t);
  const heard = await listen(t, broker, 'hubbub/presence/+');
  await openConnectedPage(t, broker);
  await eventually('it has told', () => heard.length === 1);
  await mosquittoPub(broker, ['-t', heard[0].topic, '-r', '-n']);
  await mosquittoPub(broker, ['-t', 'hubbub/presence/end', '-m', 'x']);
  await eventually('the end is heard', () => heard.length > 1);
  assert.deepEqual(heard.slice(1).map(({ text }) => text), ['x']);
});

test('notes: who comes later, is renamed and goes; folded, and never news', async (t) => {
  const broker = await startBroker(t);
  await comeHere(t, broker, 'early', { name: 'Linus', from: fromOf('9') });
  const page = await openConnectedPage(t, broker);
  await untilHere(page, 2);
  // The first two seconds are quiet: wait for a coming that is noted.
  let tries = 0;
  await eventually('a coming is noted', async () => {
    tries += 1;
    const { client } = await comeHere(t, broker, `probe ${tries}`, { name: `Probe ${tries}`, from: tries.toString(16).padStart(16, '0') });
    await client.endAsync(true);
    return /joined/.test((await notes(page)).join());
  });
  const grace = await comeHere(t, broker, 'desk', { name: 'Grace', from: fromOf('1') });
  await grace.tell({ name: 'Grace H.', from: fromOf('1') });
  await eventually('both are noted', async () => /joined, 1 renamed|joined, \d+ left, 1 renamed/.test((await notes(page)).join()));
  await page.locator('#messages .note button').click();
  // That a probe has left is noted ten seconds later.
  const lines = plain(await page.locator('#messages .note .lines').textContent()).split('\n').filter((line) => !/^Probe \d+ left$/.test(line));
  assert.deepEqual(lines.slice(-2), ['Grace joined', 'Grace is now Grace H.']);
  assert.equal(await page.title(), 'Messages');
  assert.equal((await rows(page)).length, 0);
  await page.getByText('No messages yet').waitFor();

  await say(page, 'Ada', 'hello');
  await untilRow(page, { text: 'hello', state: 'sent' });
  await grace.client.endAsync(true);
  // Alone, or folded with a probe.
  await eventually('going is noted, some time later, and a message parts that from the others', async () =>
    (await notes(page)).length >= 2 &&
    plain(await page.locator('#messages .note').last().textContent()).includes('Grace H. left'), { timeoutMs: 20_000 });
});

test('the same name twice: both with the first digits, in the list and in rows', async (t) => {
  const broker = await startBroker(t);
  await comeHere(t, broker, 'one', { name: 'Ada', from: `3f2a${'0'.repeat(12)}` });
  await comeHere(t, broker, 'two', { name: 'Ada', from: `77bb${'0'.repeat(12)}` });
  const page = await openConnectedPage(t, broker);
  await untilHere(page, 3);
  await peopleButton(page).click();
  await eventually('they are told apart', async () => {
    assert.deepEqual((await people(page)).slice(1).map(([who]) => who), ['Ada ·3f2a', 'Ada ·77bb']);
    return true;
  });
  await mosquittoPub(broker, ['-t', 'messages', '-m', JSON.stringify({ name: 'Ada', message: 'hello', from: `3f2a${'0'.repeat(12)}` })]);
  await untilRow(page, { text: 'hello', name: 'Ada ·3f2a' });
});

test('a break: nobody is known to be here, and then they are again, without notes', async (t) => {
  const broker = await startBroker(t);
  const context = await openContext(t);
  const gate = await openGate(context);
  const page = await openConnectedPage(t, broker, { context });
  await comeHere(t, broker, 'desk', { name: 'Grace', from: fromOf('1') });
  await untilHere(page, 2);
  const before = await notes(page);
  gate.close();
  await cutNetwork(page);
  await untilHere(page, 0);
  gate.open();
  await untilBadge(page, 'connected');
  await untilHere(page, 2);
  assert.deepEqual(await notes(page), before);
});

test('where the host takes no will the page is there all the same, and tells nobody of it', async (t) => {
  const broker = await startBroker(t, { lines: ['retain_available false'] });
  const heard = await listen(t, broker, 'hubbub/presence/+');
  const page = await openConnectedPage(t, broker);
  await untilHere(page, 1);
  await page.getByLabel('First Name').fill('Ada');
  await page.locator('#message').fill('hello');
  await page.keyboard.press('Enter');
  await page.locator('#messages tr.sent').waitFor();
  // Its new name would have been told by now.
  await page.evaluate(() => new Promise((done) => { setTimeout(done, 1_500); }));
  assert.deepEqual(heard, []);
  await untilBadge(page, 'connected');
});

test('somebody writes: said below the messages of that room, until the message comes', async (t) => {
  const broker = await startBroker(t);
  const page = await openConnectedPage(t, broker);
  const line = page.locator('#typing');
  const writer = await joinStranger(t, broker);
  // It holds for some seconds: they keep on writing.
  const says = (words, ...writers) => eventually(`it says '${words}'`, async () => {
    for (const [from, name, room = ''] of writers)
      await writer.send({ from, name }, { topic: `hubbub/typing${room}` });
    return await line.isVisible() && plain(await line.textContent()) === words;
  });
  const [grace, linus] = [[fromOf('1'), 'Grace'], [fromOf('2'), 'Linus']];
  await says('Grace is writing…', grace);
  await says('Grace and Linus are writing…', grace, [fromOf('3'), 'Else', '/garden'], linus);
  // Not when her sign has expired, but with the message.
  const whenWritten = page.evaluate(() => new Promise((done) => {
    new MutationObserver((changes, observer) => {
      if (!document.getElementById('messages').textContent.includes('hello'))
        return;
      observer.disconnect();
      done(document.getElementById('typing').textContent);
    }).observe(document.getElementById('messages'), { childList: true, subtree: true });
  }));
  await says('Grace and Linus are writing…', grace, linus);
  await writer.send({ name: 'Grace', message: 'hello', from: fromOf('1') });
  assert.doesNotMatch(await whenWritten, /Grace/);
  await says('Linus is writing…', linus);
  await eventually('nobody writes any more', async () => !await line.isVisible());
});

test('what the page tells of writing: at most every three seconds, while the text grows', async (t) => {
  const broker = await startBroker(t);
  const heard = await listen(t, broker, 'hubbub/typing/#');
  const page = await openConnectedPage(t, broker);
  const { times: sentAt } = await watchSent(page, 'hubbub/typing');
  const field = page.locator('#message');
  await page.getByLabel('First Name').fill('Ada');
  await field.fill('   ');
  await field.fill(' \n');
  assert.equal(heard.length, 0);
  await field.pressSequentially('hello, this is a sentence');
  await eventually('it is told', () => heard.length > 0);
  const from = await page.evaluate(() => localStorage.getItem('hubbub.from'));
  assert.deepEqual([heard[0].topic, JSON.parse(heard[0].text)], ['hubbub/typing', { from, name: 'Ada' }]);
  await eventually('it is told again', async () => {
    await field.press('x');
    return heard.length > 1;
  });
  // Getting shorter is no writing, even when it is time again; own writing is not shown.
  await page.evaluate(() => { location.hash = 'room=garden'; });
  await eventually('it is told in the other room', async () => {
    await field.press('y');
    return heard.at(-1).topic === 'hubbub/typing/garden';
  });
  assert.equal(await page.locator('#typing').isVisible(), false);
  // On a slow machine typing takes so long that it is told once more.
  await eventually('the browser has said when', () => sentAt.length >= heard.length);
  const pauses = sentAt.slice(1).map((time, at) => time - sentAt[at]);
  assert.ok(pauses.length > 1 && pauses.every((pause) => pause > 1.5), `not at once: ${sentAt}`);
});

await run();

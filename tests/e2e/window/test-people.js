// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is here, who has come and gone, and who is writing: windows and strangers, as they see each other.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';

import { startBroker } from '../support/broker.js';
import { openConnectedPage, say } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { cutPacket } from '../support/durable-client.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { joinStranger } from '../support/strangers.js';
import { openWindow } from '../support/window.js';

// Names in sentences are isolated from the direction of the text around them.
const plain = (text) => text.replaceAll(/[\u2068\u2069]/g, '');

async function untilPeople(window, count, options) {
  await window.untilNode('push button', count === 1 ? '1 person here' : `${count} people here`, options);
}

// A row of the list, or of the messages, whose words are these.
async function untilItem(window, words, options) {
  await eventually(`the window has a row '${words}'`, async () => {
    const rows = (await window.rows()).map(plain);
    return rows.some((row) => (words instanceof RegExp ? words.test(row) : row === words)) ||
      Promise.reject(new Error(`it has ${JSON.stringify(rows)}`));
  }, options);
}

async function joinAs(t, broker, name) {
  const window = await openWindow(t, { args: ['--join', `127.0.0.1:${broker.mqttPort}`] });
  await window.untilBadge('connected');
  await window.type('First Name', name);
  return window;
}

const presence = (from, name) => JSON.stringify({ from, name, kind: 'browser', rooms: [] });

// The first two seconds of a connection tell of everybody, and are not noted. Somebody more is here afterwards, and a
// message, which parts what is noted from what comes after it.
async function untilNoting(window, broker, name) {
  let tries = 0;
  await eventually('a new name is noted', async () => {
    tries += 1;
    await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/probe', '-m', presence('bbbb000000000000', `Probe ${tries}`)]);
    return (await window.rows()).some((row) => /is now|renamed/.test(row));
  });
  await window.say(name, 'so far');
  await window.untilRow(/so far/);
}

test('two windows list each other, and each other\'s new name', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  await untilPeople(ada, 1);
  const grace = await joinAs(t, broker, 'Grace');
  await untilPeople(ada, 2);
  await untilPeople(grace, 2);
  await ada.click('push button', '2 people here');
  await untilItem(ada, 'Ada (you), desktop');
  await untilItem(ada, 'Grace, desktop');
  await ada.keepPicture('window-people');

  await untilNoting(grace, broker, 'Grace');
  await grace.type('First Name', 'Grace H');
  await untilItem(ada, 'Grace H, desktop');
  // It was noted, once, and not on the side of whom it is about.
  await untilItem(ada, /^Grace is now Grace H, \d/);
  assert.ok(!(await grace.rows()).some((row) => row.includes('Grace H')));
});

test('a window and a browser list each other, and know when the other writes', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const page = await openConnectedPage(t, broker);
  await say(page, 'Linus', 'from the browser');
  await ada.untilRow(/^Linus: from the browser, /);
  await untilPeople(ada, 2);
  await page.getByRole('button', { name: '2 people here' }).waitFor();
  await ada.click('push button', '2 people here');
  await untilItem(ada, 'Linus, browser');
  await ada.key('Escape');
  // It tells every few seconds at most, so that one goes on.
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await eventually('the window shows that the browser writes', async () => {
    await message.pressSequentially('a');
    return (await ada.nodes()).some(({ name }) => plain(name) === 'Linus is writing…');
  });
});

test('a window that is killed is gone, and a while later that is noted', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const grace = await joinAs(t, broker, 'Grace');
  await untilPeople(ada, 2);
  await untilNoting(ada, broker, 'Ada');
  await grace.signal(9);
  await untilPeople(ada, 2);
  // The name may not have been told yet.
  await untilItem(ada, /left, \d/, { timeoutMs: 20_000 });
});

test('a window that is closed leaves nothing of its presence', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const stranger = await joinStranger(t, broker, { filter: 'hubbub/presence/+' });
  await eventually('the stranger is told of the window',
    () => stranger.heard.some((payload) => payload.length > 0 && JSON.parse(payload).name === 'Ada'));
  await ada.signal(15);
  await ada.untilEnded();
  await eventually('and that it has gone', () => stranger.heard.at(-1).length === 0);
  const late = await joinStranger(t, broker, { filter: 'hubbub/presence/+' });
  await late.send('end', { topic: 'hubbub/presence/end' });
  await eventually('the end is heard', () => late.heard.length > 0);
  assert.deepEqual(late.topics, ['hubbub/presence/end']);
});

test('a host that was killed comes back without the presence of before', async (t) => {
  const host = await openWindow(t);
  await host.untilBadge('connected');
  const told = async () => {
    const broker = { mqttPort: await host.mqttPort() };
    const stranger = await joinStranger(t, broker, { filter: 'hubbub/presence/+' });
    await eventually('the host is there', () => stranger.heard.some((payload) => payload.length > 0));
    await stranger.send('end', { topic: 'hubbub/presence/end' });
    await eventually('the end is heard', () => stranger.topics.includes('hubbub/presence/end'));
    return stranger.topics.filter((topic) => topic !== 'hubbub/presence/end');
  };
  const before = await told();
  await host.signal(9);
  await host.untilEnded();
  await host.restart();
  await host.untilBadge('connected');
  await untilPeople(host, 1);
  const after = await told();
  assert.equal(new Set(before).size, 1);
  assert.equal(new Set(after).size, 1);
  assert.notEqual(after[0], before[0]);
});

test('a phone that dies is gone when the broker has lost patience', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const phone = await subscribe(t, broker,
    ['-k', '5', '-t', 'messages', '--will-topic', 'hubbub/presence/phone', '--will-retain', '--will-qos', '1']);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/phone', '-m', presence('aaaa000000000000', 'Linus')]);
  await untilPeople(ada, 2);
  await phone.freeze();
  // One and a half times its keep-alive.
  await untilPeople(ada, 1, { timeoutMs: 12_000 });
});

test('two of one name are told apart, and tabs of one browser are one', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/1', '-m', presence('3f2a000000000000', 'Linus')]);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/2', '-m', presence('3f2a000000000000', 'Linus')]);
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/3', '-m', presence('c0de000000000000', 'Linus')]);
  await untilPeople(ada, 3);
  await ada.click('push button', '3 people here');
  await untilItem(ada, 'Linus ·3f2a, browser');
  await untilItem(ada, 'Linus ·c0de, browser');
  await mosquittoPub(broker, ['-r', '-t', 'hubbub/presence/3', '-n']);
  await untilItem(ada, 'Linus, browser');
});

test('who is writing', async (t) => {
  const broker = await startBroker(t);
  const ada = await joinAs(t, broker, 'Ada');
  const grace = await joinAs(t, broker, 'Grace');
  const stranger = await joinStranger(t, broker, { filter: 'hubbub/typing/#' });
  await untilPeople(ada, 2);
  await ada.key('h', 'i');
  const isWriting = (words) => async () => (await grace.nodes()).some(({ name }) => plain(name) === words);
  await eventually('the other window shows it', isWriting('Ada is writing…'));
  await ada.key('Return');
  await eventually('and no longer, when the message is there', async () => !await isWriting('Ada is writing…')());
  await grace.untilRow(/^Ada: hi, /);

  const signs = stranger.heardJson();
  assert.equal(signs.length, 1);
  assert.equal(signs[0].name, 'Ada');
  assert.deepEqual(Object.keys(signs[0]).sort(), ['from', 'name']);
});

// A host that speaks 3.1.1 and lets nobody in who has a will; it notes where is published.
async function openHostWithoutWills(t) {
  const sockets = new Set();
  const topics = [];
  const server = net.createServer((socket) => {
    let bytes = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let next = cutPacket(bytes); next !== null; next = cutPacket(bytes)) {
        bytes = next.rest;
        const { type, body } = next;
        if (type === 1 && body[6] !== 4)
          socket.end(Buffer.from([0x20, 2, 0, 1]));
        else if (type === 1)
          socket.write(Buffer.from([0x20, 2, 0, (body[7] & 4) !== 0 ? 5 : 0]));
        else if (type === 8)
          socket.write(Buffer.from([0x90, 3, body[0], body[1], 1]));
        else if (type === 3) {
          const end = 2 + body.readUInt16BE(0);
          topics.push(body.subarray(2, end).toString());
          socket.write(Buffer.from([0x40, 2, body[end], body[end + 1]]));
        }
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return { mqttPort: server.address().port, topics };
}

test('where the broker takes no will, one chats all the same, and is not told of', async (t) => {
  const host = await openHostWithoutWills(t);
  const window = await joinAs(t, host, 'Ada');
  await window.say('Ada', 'hello');
  await window.untilRow(/^Ada: hello, .*, sent/);
  await untilPeople(window, 1);
  assert.deepEqual(host.topics, ['messages']);
});

await run();

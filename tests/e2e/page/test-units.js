// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page's pure parts, without a browser.

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { countCharacters } from '../../../data/web/composer.js';
import { Connection } from '../../../data/web/connection.js';
import { withDot } from '../../../data/web/icon.js';
import { newClientId, newMessageId, stableFrom } from '../../../data/web/ids.js';
import { Keep } from '../../../data/web/keep.js';
import { basicOf, Key, splitFragment } from '../../../data/web/key.js';
import { splitLinks } from '../../../data/web/links.js';
import { Outbox, outboxChars, outboxMessages } from '../../../data/web/outbox.js';
import {
  composePayload, parsePayload, parseTime, payloadBytes, presentable, shownTime,
} from '../../../data/web/payload.js';
import { foldAt, hueOf } from '../../../data/web/row.js';
import { Settings } from '../../../data/web/settings.js';
import { statusWords } from '../../../data/web/status.js';
import { isWorthTelling, restMs } from '../../../data/web/told.js';
import { run, test } from '../support/check.js';

// Browsers have it; so has node from version 20 on.
globalThis.crypto ??= webcrypto;

const payloads = JSON.parse(await readFile(new URL('../../data/payloads.json', import.meta.url), 'utf8'));
const encode = (text) => new TextEncoder().encode(text);

// As sessionStorage is, with room for `roomChars`.
function fakeStorage(roomChars = Infinity) {
  const map = new Map();
  return {
    get length() { return map.size; },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => {
      const used = [...map].reduce((sum, [k, v]) => sum + k.length + v.length, 0);
      if (used + key.length + value.length > roomChars)
        throw new Error('quota');
      map.set(key, value);
    },
    removeItem: (key) => map.delete(key),
  };
}

for (const { name, text, base64, expect } of payloads) {
  test(`payload: ${name}`, () => {
    const bytes = base64 === undefined ? encode(text) : new Uint8Array(Buffer.from(base64, 'base64'));
    assert.deepEqual(parsePayload(bytes), {
      kind: expect.kind,
      name: expect.name ?? '',
      message: expect.message ?? '',
      from: expect.from ?? null,
      id: expect.id ?? null,
      timeMs: expect.time_ms ?? null,
    });
  });
}

test('payload: every truncation of a message is text, or not UTF-8', () => {
  const whole = encode('{"name":"Zoë","message":"héllo 👋","from":"0123456789abcdef"}');
  for (let length = 1; length < whole.length; length += 1)
    assert.notEqual(parsePayload(whole.subarray(0, length)).kind, 'chat');
  assert.equal(parsePayload(whole).kind, 'chat');
});

test('payload: a hundred thousand brackets are text', () => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000), `{"message":"x","a":${'['.repeat(99_999)}`])
    assert.deepEqual(parsePayload(encode(text)).kind, 'text');
});

test('payload: JSON of exactly the limit is read, one byte more is text', () => {
  const limit = payloadBytes + 256;
  const head = '{"message":"';
  const exact = `${head}${'x'.repeat(limit - head.length - 2)}"}`;
  assert.equal(parsePayload(encode(exact)).kind, 'chat');
  assert.equal(parsePayload(encode(`${exact} `)).kind, 'text');
});

test('payload: what is written is read again', () => {
  const message = {
    name: 'Ada "L."',
    message: 'one\ntwo \\ 👋 \ud800 \0',
    from: '0123456789abcdef',
    id: newMessageId(),
    timeMs: 1_700_000_000_123,
  };
  const json = composePayload(message);
  assert.deepEqual(Object.keys(JSON.parse(json)), ['name', 'message', 'from', 'id', 'time']);
  assert.equal(JSON.parse(json).time, '2023-11-14T22:13:20.123Z');
  assert.deepEqual(parsePayload(encode(json)), {
    ...message,
    kind: 'chat',
    message: 'one\ntwo \\ 👋 \ufffd \ufffd',
  });
});

test('time: the payload\'s within a day of now, else the arrival', () => {
  const now = parseTime('2024-06-01T12:00:00Z');
  const day = 24 * 60 * 60 * 1000;
  assert.equal(shownTime(now - day, now), now - day);
  assert.equal(shownTime(now + day, now), now + day);
  assert.equal(shownTime(now - day - 1, now), now);
  assert.equal(shownTime(now + day + 1, now), now);
  assert.equal(shownTime(null, now), now);
});

test('text: presentable', () => {
  assert.equal(presentable('a\ud800b\udc00c😀d\0e'), 'a\ufffdb\ufffdc😀d\ufffde');
});

test('ids: their forms, and that they differ', () => {
  const ids = new Set();
  for (let i = 0; i < 200; i += 1) {
    const id = newMessageId();
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    ids.add(id);
    assert.match(newClientId(), /^hub[0-9a-f]{20}$/);
  }
  assert.equal(ids.size, 200);
});

test('ids: from stays, and is made anew when it is damaged', () => {
  const storage = fakeStorage();
  const first = stableFrom(new Keep(() => storage));
  assert.match(first, /^[0-9a-f]{16}$/);
  assert.equal(stableFrom(new Keep(() => storage)), first);
  storage.setItem('hubbub.from', 'not hexadecimal');
  assert.match(stableFrom(new Keep(() => storage)), /^[0-9a-f]{16}$/);
});

test('keep: works without a storage, with a full one, and with one that throws', () => {
  const broken = {
    get length() { throw new Error('blocked'); },
    getItem() { throw new Error('blocked'); },
    setItem() { throw new Error('blocked'); },
    removeItem() { throw new Error('blocked'); },
  };
  for (const open of [() => null, () => { throw new Error('blocked'); }, () => broken, () => fakeStorage(10)]) {
    const keep = new Keep(open);
    assert.equal(keep.get('name'), null);
    assert.equal(keep.set('name', 'Ada Lovelace'), false);
    assert.equal(keep.get('name'), 'Ada Lovelace');
    assert.deepEqual(keep.keys('na'), ['name']);
    keep.remove('name');
    assert.equal(keep.get('name'), null);
    assert.deepEqual(keep.keys(''), []);
  }
});

function message(number, text = `text ${number}`) {
  return { topic: 'messages', id: `id-${number}`, name: 'Ada', message: text, from: '0123456789abcdef', timeMs: number };
}

test('outbox: keeps the order over reloads, and forgets what was sent', () => {
  const storage = fakeStorage();
  const outbox = new Outbox(new Keep(() => storage));
  for (let i = 1; i <= 12; i += 1)
    outbox.add(message(i));
  assert.equal(outbox.remove('id-3'), true);
  assert.equal(outbox.remove('id-3'), false);

  const reloaded = new Outbox(new Keep(() => storage));
  reloaded.add(message(13));
  assert.deepEqual(new Outbox(new Keep(() => storage)).messages,
    [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((number) => message(number)));
  assert.equal(reloaded.wouldLose, false);
});

test('outbox: damaged entries do no harm', () => {
  const storage = fakeStorage();
  const outbox = new Outbox(new Keep(() => storage));
  outbox.add(message(1));
  for (const [key, value] of [['2', '{'], ['3', 'null'], ['4', '{"id":"x"}'], ['x', '1'],
    ['5', JSON.stringify({ ...message(9), timeMs: 'now' })]])
    storage.setItem(`hubbub.outbox.${key}`, value);
  // One that was kept before there were rooms is for everyone.
  const { topic, ...former } = message(8);
  storage.setItem('hubbub.outbox.8', JSON.stringify(former));
  assert.deepEqual(new Outbox(new Keep(() => storage)).get('id-8'), { ...former, topic });
  storage.removeItem('hubbub.outbox.8');
  const reloaded = new Outbox(new Keep(() => storage));
  assert.deepEqual(reloaded.messages, [message(1)]);
  reloaded.add(message(2));
  assert.deepEqual(new Outbox(new Keep(() => storage)).messages, [message(1), message(2)]);
});

test('outbox: what the storage refuses is kept in memory, and said', () => {
  const outbox = new Outbox(new Keep(() => fakeStorage(400)));
  outbox.add(message(1));
  assert.equal(outbox.wouldLose, false);
  outbox.add(message(2, 'x'.repeat(400)));
  assert.equal(outbox.wouldLose, true);
  assert.equal(outbox.messages.length, 2);
  outbox.remove('id-2');
  assert.equal(outbox.wouldLose, false);
});

test('outbox: its limits', () => {
  const outbox = new Outbox(new Keep(() => null));
  assert.equal(outbox.hasRoomFor(message(0, 'x'.repeat(outboxChars))), true);
  assert.equal(outbox.hasRoomFor(message(0, 'x'.repeat(outboxChars + 1))), false);
  for (let i = 1; i <= outboxMessages - 1; i += 1)
    outbox.add(message(i));
  assert.equal(outbox.hasRoomFor(message(0)), true);
  outbox.add(message(outboxMessages));
  assert.equal(outbox.hasRoomFor(message(0)), false);
});

const links = (text) => splitLinks(text).filter(({ isLink }) => isLink).map((piece) => piece.text);

test('links: http and https, and nothing of the sentence around them', () => {
  for (const [text, wanted] of [
    ['Slides: http://192.168.1.31/talk.pdf', ['http://192.168.1.31/talk.pdf']],
    ['See https://example.org/a_(b), or (https://example.org/c).', ['https://example.org/a_(b)', 'https://example.org/c']],
    ['HTTPS://EXAMPLE.ORG!', ['HTTPS://EXAMPLE.ORG']],
    ['<http://localhost:9001/>', ['http://localhost:9001/']],
    ['http://[fe80::1]:9001/x?y=[1]#z', ['http://[fe80::1]:9001/x?y=[1]#z']],
    ['a http://one.example, b http://two.example; c', ['http://one.example', 'http://two.example']],
    ['javascript:alert(1) data:text/html,x ftp://example.org file:///etc/passwd', []],
    ['http:// https:///// xhttp://example.org', []],
    ['http://good.example@evil.example/', []],
    ['http://user:password@example.org/', []],
    [`http://example.org/${'x'.repeat(3_000)}`, []],
    ['http://example.org/a\u202egpj.exe', ['http://example.org/a']],
  ])
    assert.deepEqual(links(text), wanted, text);
});

test('links: the pieces are the text, whatever it is', () => {
  for (const text of ['', 'x', 'http://a.example', ' http://a.example ', 'http://a.example http://b.example.', '\n\n',
    `${'http://a.example/) '.repeat(300)}`, `http://a.example/${')'.repeat(1_900)}`])
    assert.equal(splitLinks(text).map((piece) => piece.text).join(''), text);
  assert.equal(links('http://a.example '.repeat(300)).length, 100);
  // What only looks like links is not looked at without end.
  assert.equal(links(`${'http://@ '.repeat(999)}http://a.example`).length, 1);
  assert.equal(links(`${'http://@ '.repeat(1_000)}http://a.example`).length, 0);
});

test('fold: short texts are whole, long ones are cut between words or at a line\'s end', () => {
  assert.equal(foldAt('x'.repeat(1_600)), 1_600);
  assert.equal(foldAt('x'.repeat(1_601)), 1_000);
  assert.equal(foldAt('\n'.repeat(13)), 13);
  assert.equal(foldAt('a\n'.repeat(14)), 19);
  const words = 'four five '.repeat(200);
  assert.match(words.slice(0, foldAt(words)), / (four|five)$/);
  const faces = `x${'😀'.repeat(1_000)}`;
  assert.equal(foldAt(faces), 999);
});

test('names: a colour that depends on the name alone', () => {
  assert.equal(hueOf('Ada'), hueOf('Ada'));
  const hues = new Set(Array.from({ length: 200 }, (unused, i) => hueOf(`name ${i}`)));
  assert.deepEqual([...hues].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // As in the window; its tests have them too.
  assert.deepEqual(['a', 'foobar', 'Ada', 'Grace', 'Linus'].map(hueOf), [0, 0, 5, 1, 8]);
});

test('counter: counts characters', () => {
  for (const [text, count] of [['', 0], ['abc', 3], ['a\nb', 3], ['😀😀', 2], ['é', 1], ['\ud83d', 1], ['\ude00\ud83d', 2]])
    assert.equal(countCharacters(text), count);
});

test('status: says connected nowhere, and counts what waits', () => {
  const host = '192.168.1.20:9001';
  assert.equal(statusWords({ state: 'connected', reason: '', host, waiting: 0 }), '');
  assert.match(statusWords({ state: 'connected', reason: '', host, waiting: 0, isLesser: true }), /only Everyone works/);
  assert.equal(statusWords({ state: 'connecting', reason: '', host, waiting: 0 }), `Connecting to ${host}…`);
  assert.equal(statusWords({ state: 'offline', reason: 'silent', host, waiting: 1 }),
    'The host is not answering. Trying again… 1 message is waiting.');
  assert.equal(statusWords({ state: 'offline', reason: 'lost', host, waiting: 2 }),
    'The connection to the host was lost. Trying again… 2 messages are waiting.');
  for (const reason of ['lost', 'silent', 'ended', 'gone', 'device', 'refused', 'wrong-key', 'sent-away', 'unreadable'])
    assert.doesNotMatch(statusWords({ state: 'offline', reason, host, waiting: 0 }), /\bconnected\b|undefined/);
});

// MQTT.js with a host that is told what to say, over a WebSocket that is open.
function makeHost() {
  const host = { wills: [], subscribed: [], published: [], on: new Map() };
  host.mqtt = {
    connect: (url, { createWebsocket, will }) => {
      host.wills.push(will !== undefined);
      createWebsocket([]);
      return {
        on: (event, handler) => host.on.set(event, handler),
        subscribe: (filter, options, done) => host.subscribed.push({ filter, done }),
        publish: (topic, payload, options, done) => host.published.push(done),
        end: () => {},
      };
    },
  };
  return host;
}

// Of which the browser says that it is open.
class OpenSocket {
  static OPEN = 1;

  readyState = 1;

  addEventListener() {}
}

function makeConnection(host, onState = () => {}, login = () => ({})) {
  globalThis.WebSocket = OpenSocket;
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });
  return new Connection({
    mqtt: () => host.mqtt, url: 'ws://x/mqtt', clientId: 'x', filter: 'messages/#', lesser: 'messages', others: [], will: 'w',
    login, onState, onMessage: () => {},
  });
}

test('connection: whom the host sends away is told so, and does not come back at once', () => {
  for (const [event, argument] of [['disconnect', { reasonCode: 0x98 }], ['error', { code: 0x8a }]]) {
    const host = makeHost();
    const connection = makeConnection(host);
    connection.wake();
    if (event === 'disconnect') {
      host.on.get('connect')({});
      host.subscribed[0].done(null, [{ qos: 1 }]);
    }
    host.on.get(event)(argument);
    assert.deepEqual([connection.state, connection.reason, host.wills.length], ['offline', 'sent-away', 1]);
    // Somebody looks at the page again: that changes nothing.
    connection.wake();
    assert.equal(host.wills.length, 1);
    connection.dialAnew();
    assert.equal(host.wills.length, 2);
    connection.cut();
  }
});

test('connection: what the host refuses is told from what it has not answered', () => {
  const host = makeHost();
  const connection = makeConnection(host);
  connection.wake();
  host.on.get('connect')({});
  host.subscribed[0].done(null, [{ qos: 1 }]);
  for (const [error, expected] of [[null, [true, false]], [Object.assign(new Error('no'), { code: 0x87 }), [false, true]],
    [new Error('Connection closed'), [false, false]], [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), [false, false]]]) {
    let told = null;
    connection.publish('messages', 'x', (...words) => { told = words; });
    host.published.at(-1)(error);
    assert.deepEqual(told, expected);
  }
  connection.cut();
});

test('connection: a wrong password is another thing than none', () => {
  for (const [code, login, reason] of [
    [0x86, { username: 'hubbub', password: 'a' }, 'wrong-key'], [4, { username: 'hubbub', password: 'a' }, 'wrong-key'],
    [0x86, {}, 'refused'], [4, {}, 'refused'],
  ]) {
    const host = makeHost();
    const connection = makeConnection(host, () => {}, () => login);
    connection.wake();
    host.on.get('error')({ code });
    assert.deepEqual([connection.state, connection.reason], ['offline', reason]);
    connection.cut();
  }
});

test('key: it is taken out of an address, and the rest stays', () => {
  for (const [hash, key, rest] of [
    ['', '', ''], ['#', '', ''], ['#room=a', '', '#room=a'], ['#key=a', 'a', ''], ['#key=', '', ''],
    ['#room=a+b&key=c%26%23+d', 'c&# d', '#room=a+b'], ['#key=a&key=b', 'a', ''],
  ])
    assert.deepEqual(splitFragment(hash), { key, rest });
});

test('key: Basic is UTF-8, as for MQTT', () => {
  assert.equal(basicOf('ada', 'secret'), 'Basic YWRhOnNlY3JldA==');
  assert.equal(basicOf('hubbub', 'é😀'), `Basic ${Buffer.from('hubbub:é😀').toString('base64')}`);
});

test('key: it lives as long as the tab, and can be forgotten', () => {
  const key = new Key(new Keep(() => fakeStorage()));
  assert.deepEqual([key.get(), key.login, key.headers], ['', {}, {}]);
  key.set('tavo');
  assert.deepEqual(key.login, { username: 'hubbub', password: 'tavo' });
  assert.equal(key.headers.Authorization, basicOf('hubbub', 'tavo'));
  key.forget();
  assert.deepEqual([key.get(), key.login, key.headers], ['', {}, {}]);
});

test('connection: what the host refused at first is no reason when the connection is lost later', () => {
  const host = makeHost();
  const states = [];
  const connection = makeConnection(host, () => states.push(`${connection.state} ${connection.reason}`));
  connection.wake();
  host.on.get('connect')({});
  host.subscribed[0].done(null, [{ qos: 128 }]);
  host.subscribed[1].done(null, [{ qos: 1 }]);
  assert.deepEqual([host.subscribed[1].filter, connection.isConnected, connection.isLesser], ['messages', true, true]);
  host.on.get('close')();
  assert.deepEqual(states, ['connected ', 'offline lost']);
});

test('connection: where the will is not taken it goes without, and asks again the next time', () => {
  for (const code of [5, 0x87, 0x9a]) {
    const host = makeHost();
    const connection = makeConnection(host);
    connection.wake();
    host.on.get('error')({ code });
    assert.deepEqual([host.wills, connection.state, connection.hasWill], [[true, false], 'connecting', false]);
    host.on.get('connect')({});
    host.subscribed[0].done(null, [{ qos: 1 }]);
    assert.equal(connection.isConnected, true);
    host.on.get('close')();
    connection.wake();
    // For another reason it is refused without one, too.
    host.on.get('error')({ code });
    host.on.get('error')({ code });
    assert.deepEqual([host.wills, connection.state], [[true, false, true, false], 'offline']);
  }
});

test('settings: as usual until they are switched, and remembered', () => {
  const keep = new Keep(() => fakeStorage());
  const settings = new Settings(keep, { 'enter-publishes': true });
  assert.deepEqual([settings.isOn('sound'), settings.isOn('enter-publishes')], [false, true]);
  settings.set('sound', true);
  settings.set('enter-publishes', false);
  const again = new Settings(keep, { 'enter-publishes': true });
  assert.deepEqual([again.isOn('sound'), again.isOn('enter-publishes')], [true, false]);
});

test('told: while nobody looks, not of what is retained, and not all the time', () => {
  const usual = { isLooking: false, isQuiet: false, sinceMs: restMs };
  const item = { isRetained: false };
  assert.equal(isWorthTelling(item, usual), true);
  assert.equal(isWorthTelling(item, { ...usual, sinceMs: restMs - 1 }), false);
  assert.equal(isWorthTelling(item, { ...usual, isLooking: true }), false);
  assert.equal(isWorthTelling(item, { ...usual, isQuiet: true }), false);
  assert.equal(isWorthTelling({ isRetained: true }, usual), false);
});

test('icon: the dot is in the picture, and what is none stays as it is', async () => {
  const svg = await readFile(new URL('../../../data/web/icon.svg', import.meta.url), 'utf8');
  assert.match(withDot(svg), /<circle [^>]*\/><\/svg>\s*$/);
  assert.equal(withDot('nothing'), 'nothing');
});

await run();

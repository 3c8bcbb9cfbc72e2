// SPDX-License-Identifier: LGPL-2.1-or-later
//
// When the host leaves, as far as it needs no browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { composeFragment, splitName, takeName } from '../../../data/web/arrival.js';
import { Connection } from '../../../data/web/connection.js';
import { isEndpoint, isForOthers, nearest } from '../../../data/web/endpoint.js';
import { parseHost } from '../../../data/web/host-word.js';
import { Keep } from '../../../data/web/keep.js';
import { splitFragment } from '../../../data/web/key.js';
import { readFragment } from '../../../data/web/room-names.js';
import { desktopLimit, hostEndpoints, listDesktops, Successor } from '../../../data/web/successor.js';
import { run, test } from '../support/check.js';

const table = JSON.parse(await readFile(new URL('../../data/host.json', import.meta.url), 'utf8'));
const encode = (text) => new TextEncoder().encode(text);

for (const { name, text, base64, expect } of table) {
  test(`what the host says: ${name}`, () => {
    const bytes = base64 === undefined ? encode(text) : new Uint8Array(Buffer.from(base64, 'base64'));
    assert.deepEqual(parseHost(bytes), expect === null ? null : { client: null, ...expect });
  });
}

test('what the host says: each end and each byte may be any other', () => {
  const text = encode('{"next":["192.0.2.7:9001","[fd00::2]:9001"],"client":"hub0123"}');
  for (let at = 0; at < text.length; at += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const bytes = Uint8Array.from(text);
      bytes[at] = byte;
      for (const endpoint of parseHost(bytes)?.next ?? [])
        assert.ok(isForOthers(endpoint) && new URL(`http://${endpoint}/`).username === '', endpoint);
    }
    parseHost(text.slice(0, at));
  }
});

test('addresses: what is of no use to others may be right all the same', () => {
  assert.deepEqual([isEndpoint('127.0.0.1:9001'), isForOthers('127.0.0.1:9001')], [true, false]);
  assert.equal(nearest(['[fd00::2]:9001', '192.0.2.7:9001'], '192.0.2.1'), '192.0.2.7:9001');
  assert.equal(nearest(['192.0.2.7:9001', '[fd00::2]:9001'], '[fd00::1]'), '[fd00::2]:9001');
  assert.equal(nearest(['[fd00::2]:9001'], 'ship.local'), '[fd00::2]:9001');
  assert.equal(nearest([], 'ship.local'), null);
});

test('desktops: not oneself, no browsers, and not the host', () => {
  const former = hostEndpoints({ addresses: ['192.0.2.1', 'fd00::1', '127.0.0.1', 'ship', 7], ports: { mqtt: 1883, http: 9001 } });
  const person = (name, http, more = {}) => ({ name, http, kind: 'desktop', isOwn: false, ...more });
  assert.deepEqual(former, ['192.0.2.1:9001', '[fd00::1]:9001']);
  for (const info of [null, 'x', {}, { addresses: 'x' }, { addresses: ['192.0.2.1'] }, { addresses: ['192.0.2.1'], ports: { http: 0 } }])
    assert.deepEqual(hostEndpoints(info), []);
  assert.deepEqual(listDesktops([
    person('Host', ['192.0.2.1:9001', '[fd00::1]:9001']),
    person('Own', ['192.0.2.2:9001'], { isOwn: true }),
    person('Phone', ['192.0.2.3:9001'], { kind: 'browser' }),
    person('Silent', []),
    person('Odd', ['127.0.0.1:9001', 'x:1']),
    person('Grace', ['[fd00::4]:9001', '192.0.2.4:9001']),
    person('', ['[fd00::5]:9001']),
  ], '192.0.2.1', former).map(({ name, endpoint }) => [name, endpoint]), [['Grace', '192.0.2.4:9001'], ['Somebody', '[fd00::5]:9001']]);
  const many = Array.from({ length: desktopLimit + 1 }, (unused, i) => person(`P${i}`, [`192.0.2.${i + 10}:9001`]));
  assert.equal(listDesktops(many, '192.0.2.1', former).length, desktopLimit);
});

// The place on the page where it says who goes on, and time that passes by hand.
function makeSuccessor(t, hasUnsent) {
  const real = { setTimeout: globalThis.setTimeout, document: globalThis.document, addEventListener: globalThis.addEventListener };
  t.after(() => Object.assign(globalThis, real));
  const timers = [];
  const fake = () => ({ append() {}, addEventListener() {}, replaceChildren() {}, textContent: '' });
  Object.assign(globalThis, {
    setTimeout: (callback) => timers.push(callback),
    document: { createElement: fake },
    addEventListener: () => {},
    location: { hostname: '192.0.2.1', host: '192.0.2.1:9001' },
  });
  const element = { hidden: true, children: [fake(), fake(), fake()] };
  const gone = [];
  const connection = { isConnected: false, reason: 'ended' };
  const successor = new Successor({ connection, element, fragmentOf: () => '#room=a', hasUnsent, go: (url) => gone.push(url) });
  successor.receive(encode('{"next":["192.0.2.7:9001"],"client":"hub0123"}'), false);
  successor.noticeState();
  return { element, gone, timers };
}

test('successor: the page goes there, unless something is written by then', (t) => {
  const { gone, timers } = makeSuccessor(t, () => false);
  timers[0]();
  assert.deepEqual(gone, ['http://192.0.2.7:9001/#room=a']);

  let isWritten = false;
  const other = makeSuccessor(t, () => isWritten);
  assert.match(other.element.children[1].textContent, /taken there/);
  isWritten = true;
  other.timers[0]();
  assert.deepEqual([other.gone, other.timers.length], [[], 1]);
  assert.match(other.element.children[1].textContent, /stays here/);
});

test('fragment: room, name and password arrive as they were', () => {
  for (const [topic, name, key] of [
    ['messages', '', ''], ['messages/kitchen', 'Ada', 'secret'], ['messages/Büro & Co', 'Ada #1 = "L."', 'a&b=c#d+e %'],
    ['messages', 'Ada', ''], ['messages/kitchen', '', 'x'],
  ]) {
    const hash = composeFragment({ topic, name: ` ${name} `, key });
    const { key: takenKey, rest } = splitFragment(hash);
    const { name: takenName, rest: room } = splitName(rest);
    assert.deepEqual([takenKey, takenName, readFragment(room).topic ?? 'messages'], [key, name, topic]);
  }
  assert.equal(composeFragment({ topic: 'messages', name: ' ' }), '');
  assert.equal(splitName(`#name=${'x'.repeat(65)}`).name.length, 64);
});

test('arrival: the name is taken out of the address, and kept where there is none', () => {
  for (const [kept, hash, expected] of [[null, '#name=Ada', 'Ada'], ['', '#name=Ada', 'Ada'], ['Grace', '#name=Ada', 'Grace'],
    [null, '#name=++', null], [null, '', null]]) {
    const items = new Map(kept === null ? [] : [['hubbub.name', kept]]);
    const keep = new Keep(() => ({ getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value) }));
    const shown = [];
    globalThis.location = { hash: `${hash}${hash === '' ? '#' : '&'}room=a`, pathname: '/', search: '' };
    globalThis.history = { replaceState: (state, title, url) => shown.push(url) };
    takeName(keep);
    assert.equal(keep.get('name'), expected);
    assert.deepEqual(shown, hash === '' ? [] : ['/#room=a']);
  }
});

// MQTT.js with a host that is told what to say.
function makeConnection() {
  const on = new Map();
  const states = [];
  let subscribed = () => {};
  globalThis.WebSocket = class {
    static OPEN = 1;

    readyState = 1;

    addEventListener() {}
  };
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });
  const connection = new Connection({
    mqtt: () => ({
      connect: (url, { createWebsocket }) => {
        createWebsocket([]);
        return {
          on: (event, handler) => on.set(event, handler),
          subscribe: (filter, options, done) => { subscribed = done; },
          end: () => {},
        };
      },
    }),
    url: 'ws://x/mqtt', clientId: 'x', filter: 'messages/#', lesser: 'messages', others: [], will: 'w',
    onState: () => states.push(connection.reason), onMessage: () => {},
  });
  const enter = () => {
    on.get('connect')({});
    subscribed(null, [{ qos: 1 }]);
  };
  return { connection, on, states, enter };
}

test('connection: a host that has said goodbye has ended, until it is back', () => {
  const { connection, on, states, enter } = makeConnection();
  connection.dialAnew();
  enter();
  on.get('disconnect')({ reasonCode: 0x8b });
  for (let i = 0; i < 4; i += 1) {
    connection.dialAnew();
    on.get('close')();
  }
  assert.deepEqual(states, ['', 'ended']);
  connection.dialAnew();
  enter();
  on.get('close')();
  assert.equal(connection.reason, 'lost');
  connection.cut();
});

test('connection: one that has not is gone when it is not found for the third time', () => {
  const { connection, on, states, enter } = makeConnection();
  const fail = () => {
    connection.dialAnew();
    on.get('close')();
  };
  // Before it was ever reached, it is silent.
  for (let i = 0; i < 4; i += 1)
    fail();
  assert.equal(connection.reason, 'silent');
  connection.dialAnew();
  enter();
  states.length = 0;
  on.get('close')();
  fail();
  fail();
  assert.deepEqual(states, ['lost', 'silent']);
  fail();
  assert.deepEqual(states, ['lost', 'silent', 'gone']);
  // It is there, and does not let us in.
  connection.dialAnew();
  on.get('error')({ code: 0x86 });
  fail();
  assert.deepEqual(states.slice(3), ['refused', 'silent']);
  connection.cut();
});

await run();

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub-broker as a program: its configuration file, which is Mosquitto's.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { canConnect, freePort } from '../support/broker.js';
import { openConnectedPage, say, untilRow } from '../support/browser.js';
import { eventually, run, test } from '../support/check.js';
import { hasIpv6, hostWith, mqttPorts, runBroker, untilOpened, writeConfig } from '../support/command-line.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { join, libraries } from '../support/mqttjs.js';
import { openPost } from '../support/post.js';
import { runProgram } from '../support/program.js';

// The file of the post, word for word, but for the port.
const ofThePost = (port) => `listener ${port}\nprotocol websockets\n`;

// The status of GET / under another name.
async function statusAs(port, host) {
  const request = http.get({ host: '127.0.0.1', port, path: '/', headers: { Host: host } });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

test('the mosquitto.conf of the post, as it stands: the page, and MQTT over WebSocket', async (t) => {
  const httpPort = await freePort();
  const file = await writeConfig(t, ofThePost(httpPort));
  // As the post starts it, in the folder of the file.
  const broker = await hostWith(t, ['-c', 'mosquitto.conf', '-v'], [httpPort], { cwd: path.dirname(file) });
  await untilOpened(broker, [`websockets ${httpPort}`]);

  const post = await openPost(t, { httpPort });
  await post.untilBadge('connected');
  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${httpPort}/` });
  await say(page, 'Grace', 'Hello');
  await post.untilRow('Grace', 'Hello');
  await post.say('Ada', 'Hello Grace');
  await untilRow(page, { name: 'Ada', text: 'Hello Grace' });
});

const variations = {
  'line ends as on Windows': (text) => text.replaceAll('\n', '\r\n'),
  'no line end at the end': (text) => text.trimEnd(),
  'comments, empty lines, blanks and tabulators': (text) =>
    `# by hand\n\n   \n\t# more\n${text.replaceAll(' ', ' \t ').replaceAll('\n', ' \t\n')}#end`,
  'comments with line ends as on Windows': (text) => `# by hand\n\n#\n${text}`.replaceAll('\n', '\r\n'),
  'the mark of an editor on Windows': (text) => `\ufeff${text}`,
  'the words of older versions': (text) => text.replace('listener', 'port'),
};

for (const [name, vary] of Object.entries(variations)) {
  test(`the same file with ${name}`, async (t) => {
    const port = await freePort();
    const broker = await hostWith(t, ['-c', await writeConfig(t, vary(ofThePost(port)))], [port]);
    await untilOpened(broker, [`websockets ${port}`]);
    assert.equal(await statusAs(port, 'localhost'), 200);
  });
}

test('several listeners: each with its protocol and address', async (t) => {
  const [bare, named, web] = [await freePort(), await freePort(), await freePort()];
  const file = await writeConfig(t,
    `listener ${bare}\nlistener ${named} 127.0.0.1\nprotocol mqtt\nlistener ${web} localhost\nprotocol websockets\n`);
  const broker = await hostWith(t, ['-c', file], [bare, named, web]);
  await untilOpened(broker, [...mqttPorts(bare), `ipv4 ${named}`, `websockets ${web}`]);
  const subscriber = await subscribe(t, { mqttPort: bare }, ['-t', 'a']);
  await mosquittoPub({ mqttPort: named }, ['-t', 'a', '-m', 'by name']);
  await subscriber.until('by name');
  if (hasIpv6)
    assert.equal(await canConnect(named, '::1'), false);
});

test('what ./run hosts with where there is no display', async (t) => {
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const text = await readFile(path.join(process.env.HUBBUB_SOURCES, 'data', 'headless.conf'), 'utf8');
  const file = await writeConfig(t, text
    .replace(/^listener 1883$/m, `listener ${mqttPort}`)
    .replace(/^listener 9001$/m, `listener ${httpPort}`));
  const broker = await hostWith(t, ['-c', file], [mqttPort, httpPort], { cwd: path.dirname(file) });
  await untilOpened(broker, [...mqttPorts(mqttPort), `websockets ${httpPort}`]);
  await eventually('it says where to join', () =>
    new RegExp(`^\\d+: Join from a browser: http://.*:${httpPort}/$`, 'm').test(broker.errors));

  const page = await openConnectedPage(t, { url: `http://127.0.0.1:${httpPort}/` });
  await mosquittoPub({ mqttPort }, ['-t', 'messages', '-m', 'This is my message!']);
  await untilRow(page, { text: 'This is my message!' });

  // The limits of the desktop program: 1 MiB passes, and what is around it.
  const subscriber = await subscribe(t, { mqttPort }, ['-t', 'large']);
  const head = 1 + 3 + 2 + 'large'.length;
  await mosquittoPub({ mqttPort }, ['-t', 'large', '-s'], Buffer.alloc(1_114_112 - head, 'x'));
  await subscriber.untilCount(1);
  await runProgram(t, 'mosquitto_pub', ['-p', String(mqttPort), '-t', 'large', '-s'],
    { input: Buffer.alloc(1_114_112 - head + 1, 'x') });
  await eventually('it is refused', () => broker.errors.includes('packet of 1114113 bytes, at most 1114112'));
});

for (const [name, text, line, words] of [
  ['an unknown option', 'listener 0\n\nlistner 9001\n', 3, /listner/],
  ['an unknown option, line ends as on Windows', 'listener 0\r\n\r\nlistner 9001\r\n', 3, /listner'/],
  ['an option in capitals', 'LISTENER 9001\n', 1, /LISTENER/],
  ['an option without its value', '# \nlistener\n', 2, /listener/],
  ['a port that is none', 'listener http\n', 1, /http/],
  ['a port that is too large', 'listener 65536\n', 1, /65536/],
  ['a port that is too small', 'port -1\n', 1, /-1/],
  ['an unknown protocol', 'listener 0\nprotocol http\n', 2, /http/],
  ['neither true nor false', 'allow_anonymous yes\n', 1, /yes/],
  ['no number', 'max_connections many\n', 1, /many/],
  ['a number with a unit', 'max_packet_size 2MB\n', 1, /2MB/],
  ['a number that is too large', 'max_packet_size 268435456\n', 1, /268435455/],
  ['a number that is too small', 'max_packet_size 19\n', 1, /20/],
  ['a negative number', 'max_keepalive -1\n', 1, /-1/],
  ['an option of Mosquitto\'s that we do not have', 'listener 0\nmount_point x/\n', 2, /known to Mosquitto/],
  ['more digits than a number has', `max_inflight_messages ${'9'.repeat(40)}\n`, 1, /65535/],
]) {
  test(`${name}: file and line are named, and it does not start`, async (t) => {
    const port = await freePort();
    const file = await writeConfig(t, text);
    const { status, output, errors } = await runBroker(t, ['-c', file, '-p', String(port)]);
    assert.equal(status, 1);
    assert.equal(output, '');
    assert.ok(errors.startsWith(`hubbub-broker: ${file}:${line}: `), errors);
    assert.match(errors, words);
    assert.equal(errors.trimEnd().split('\n').length, 1);
  });
}

for (const [name, bytes] of [
  ['bytes that are no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe])],
  ['a NUL in the text', Buffer.from('listener 0\n\0\n')],
]) {
  test(`${name}: the file is named, and it does not start`, async (t) => {
    const file = await writeConfig(t, bytes);
    const { status, errors } = await runBroker(t, ['-c', file]);
    assert.equal(status, 1);
    assert.ok(errors.includes(file), errors);
  });
}

test('allow_anonymous false: nobody without a name gets in', async (t) => {
  const port = await freePort();
  await hostWith(t, ['-c', await writeConfig(t, `allow_anonymous false\nlistener ${port} 127.0.0.1\n`)], [port]);
  const { status, errors } = await runProgram(t, 'mosquitto_pub', ['-p', String(port), '-t', 'a', '-m', 'b']);
  assert.notEqual(status, 0);
  assert.match(errors, /not authorised/i);
});

test('max_connections: as many as it says, and not one more, until one of them goes', async (t) => {
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const broker = await hostWith(t, ['-c', await writeConfig(t,
    `listener ${mqttPort} 127.0.0.1\nlistener ${httpPort} 127.0.0.1\nprotocol websockets\nmax_connections 2\n`)], [mqttPort]);
  // The port of MQTT has no such limit.
  await mosquittoPub({ mqttPort }, ['-t', 'a', '-m', 'b']);
  const url = `ws://127.0.0.1:${httpPort}`;
  const enter = () => join(t, libraries['MQTT.js 5'], url);
  const members = [await enter(), await enter()];
  await assert.rejects(fetch(`http://127.0.0.1:${httpPort}/`));
  await eventually('it says why', () => /Connection from 127\.0\.0\.1:\d+ on port \d+ refused: /.test(broker.errors));
  await members[0].leave();
  await eventually('there is room again', async () => (await fetch(`http://127.0.0.1:${httpPort}/`)).ok);
  await enter();
});

test('max_packet_size: as many bytes as it says, and not one more', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t,
    ['-c', await writeConfig(t, `max_packet_size 100\nlistener ${port} 127.0.0.1\n`)], [port]);
  const subscriber = await subscribe(t, { mqttPort: port }, ['-t', 'a', '-i', 's']);
  // The type, one byte of length, two of the topic's length, and the topic.
  const largest = 100 - 1 - 1 - 2 - 1;
  await mosquittoPub({ mqttPort: port }, ['-t', 'a', '-i', 'p', '-m', 'x'.repeat(largest)]);
  await subscriber.until('x'.repeat(largest));
  await runProgram(t, 'mosquitto_pub', ['-p', String(port), '-t', 'a', '-i', 'p', '-m', 'x'.repeat(largest + 1)]);
  await eventually('it is refused', () => broker.errors.includes('packet of 101 bytes, at most 100'));
  assert.equal(subscriber.heard.length, 1);
});

test('http_host: under that name, too', async (t) => {
  const port = await freePort();
  await hostWith(t, ['-c', await writeConfig(t,
    `listener ${port}\nprotocol websockets\nhttp_host chat.example.org other.example.org\n`)], [port]);
  for (const host of ['chat.example.org', `OTHER.example.org:${port}`, 'localhost', '127.0.0.1', '[::1]'])
    assert.equal(await statusAs(port, host), 200, host);
  for (const host of ['example.org', 'chat.example.org.example.com', 'evil.example'])
    assert.equal(await statusAs(port, host), 421, host);
});

await run();

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub-broker as a program: its command line, its ports, its end.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

import { canConnect, freePort, programName } from '../support/broker.js';
import { eventually, note, run, startClock, test } from '../support/check.js';
import {
  hasIpv6, hostWith, mqttPorts, openedPorts, runBroker, untilOpened, writeConfig,
} from '../support/command-line.js';
import { mosquittoPub, subscribe } from '../support/mosquitto.js';
import { Program } from '../support/program.js';

// Takes a port, as another program would.
async function occupy(t, port, host) {
  const server = net.createServer().listen({ port, host, ipv6Only: true });
  await once(server, 'listening');
  t.after(() => { server.close(); });
}

// Whether nobody listens there any more.
const isFree = async (port) => !await canConnect(port);

test('--help says what there is', async (t) => {
  const { status, output, errors } = await runBroker(t, ['--help']);
  assert.equal(status, 0);
  assert.equal(errors, '');
  for (const option of ['-c, --config-file=FILE', '-d, --daemon', '-p, --port=PORT', '-v, --verbose', '--version', '-h, --help'])
    assert.ok(output.includes(option), option);
  assert.match(output, /1883/);
  assert.match(output, /9001/);
  assert.deepEqual(await runBroker(t, ['-h']), { status, output, errors });
});

test('--version says which', async (t) => {
  const version = process.env.HUBBUB_VERSION;
  assert.deepEqual(await runBroker(t, ['--version']),
    { status: 0, output: `hubbub-broker version ${version}\n`, errors: '' });
});

for (const [args, words] of [
  [['--frob'], /--frob/],
  [['-x'], /-x/],
  [['broker.conf'], /'broker\.conf' is not understood/],
  [['-p'], /-p/],
  [['-c'], /-c/],
  ...['', 'mqtt', '-1', '65536', '1.5', ' 1', '99999999999999999999'].map((port) => [['-p', port], /port.*65535/]),
  [['-c', '/nonexistent/mosquitto.conf'], /\/nonexistent\/mosquitto\.conf/],
  [['-c', '/'], /directory/i],
]) {
  test(`it does not start with ${JSON.stringify(args)}, and says why`, async (t) => {
    const { status, output, errors } = await runBroker(t, args);
    assert.equal(status, 1);
    assert.equal(output, '');
    assert.match(errors, /^hubbub-broker: [^\n]+\n$/, 'one line');
    assert.match(errors, words);
  });
}

test('-p PORT: MQTT there, on IPv4 and IPv6, and nothing else', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t, ['-p', String(port)], [port]);
  const v4 = { mqttPort: port };
  const subscriber = await subscribe(t, v4, ['-t', 'a']);
  await mosquittoPub(v4, ['-t', 'a', '-m', 'over IPv4']);
  await subscriber.until('over IPv4');
  if (hasIpv6) {
    await mosquittoPub({ mqttPort: port, host: '::1' }, ['-t', 'a', '-m', 'over IPv6']);
    await subscriber.until('over IPv6');
  }
  await untilOpened(broker, mqttPorts(port));
  assert.equal(broker.output, '', 'it logs where errors go');
});

test('-p twice: two ports; the same twice: one', async (t) => {
  const ports = [await freePort(), await freePort()];
  const broker = await hostWith(t, ['-p', String(ports[0]), '--port', String(ports[1]), `--port=${ports[0]}`], ports);
  await untilOpened(broker, ports.flatMap(mqttPorts));
  const subscriber = await subscribe(t, { mqttPort: ports[0] }, ['-t', 'a']);
  await mosquittoPub({ mqttPort: ports[1] }, ['-t', 'a', '-m', 'one broker']);
  await subscriber.until('one broker');
});

test('-p 0: any port, and the log says which', async (t) => {
  const broker = new Program(t, programName(), ['-p', '0']);
  await eventually('it has opened a port', () => openedPorts(broker).length > 0);
  const [port] = openedPorts(broker)[0].match(/\d+$/);
  await mosquittoPub({ mqttPort: port }, ['-t', 'a', '-m', 'found']);
});

test('-c with -p: a port of the file is not opened twice, another one is opened besides', async (t) => {
  const [mqttPort, httpPort, thirdPort] = [await freePort(), await freePort(), await freePort()];
  const file = await writeConfig(t, `listener ${mqttPort}\nlistener ${httpPort}\nprotocol websockets\n`);
  const broker = await hostWith(t, ['-c', file, '-p', String(mqttPort), '-p', String(httpPort), '-p', String(thirdPort)],
    [mqttPort, httpPort, thirdPort]);
  await untilOpened(broker, [...mqttPorts(mqttPort), `websockets ${httpPort}`, ...mqttPorts(thirdPort)]);
  // What the file says about the port holds.
  assert.equal((await fetch(`http://127.0.0.1:${httpPort}/`)).status, 200);
});

test('-c: a path with blanks, and relative', async (t) => {
  const port = await freePort();
  const file = await writeConfig(t, `listener ${port} 127.0.0.1\n`, 'my broker.conf');
  const broker = await hostWith(t, ['--config-file', 'my broker.conf'], [port], { cwd: path.dirname(file) });
  await eventually('it says so', () => /^\d+: Config loaded from my broker\.conf\.$/m.test(broker.errors));
});

for (const [family, host] of [['IPv4', '127.0.0.1'], ...(hasIpv6 ? [['IPv6', '::1']] : [])]) {
  for (const more of [[], ['-d']]) {
    test(`a port that is taken on ${family}${more.map((word) => `, ${word}`)}: status 1, the port and the reason`, async (t) => {
      const [free, taken] = [await freePort(), await freePort()];
      await occupy(t, taken, host);
      const { status, output, errors } = await runBroker(t, ['-p', String(free), '-p', String(taken), ...more]);
      assert.equal(status, 1);
      assert.equal(output, '');
      assert.match(errors, new RegExp(`^hubbub-broker: .*\\b${taken}\\b.*: Address already in use$`, 'm'));
      assert.ok(await isFree(free), 'the other port is given back');
    });
  }
}

test('an address that this computer does not have: status 1 and the reason', async (t) => {
  const file = await writeConfig(t, `listener ${await freePort()} 192.0.2.1\n`);
  const { status, errors } = await runBroker(t, ['-c', file]);
  assert.equal(status, 1);
  assert.match(errors, /^hubbub-broker: .*annot assign requested address/m);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal}: status 0, and the port is free`, async (t) => {
    const port = await freePort();
    const broker = await hostWith(t, ['-p', String(port)], [port]);
    const subscriber = await subscribe(t, { mqttPort: port }, ['-t', 'a']);
    broker.signal(signal);
    assert.equal(await broker.ended(), 0);
    assert.ok(await isFree(port));
    assert.match(broker.errors, /^\d+: hubbub-broker version \S+ terminating\n$/m);
    await subscriber.kill();
  });

  test(`${signal} while it starts: status 0 all the same`, async (t) => {
    const port = await freePort();
    const broker = new Program(t, programName(), ['-p', String(port)]);
    await eventually('it starts', () => broker.errors.includes('starting'));
    broker.signal(signal);
    assert.equal(await broker.ended(), 0);
    assert.ok(await isFree(port));
  });
}

test('it ends within a second, even if somebody does not read, and somebody has not said who he is', async (t) => {
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const file = await writeConfig(t, `listener ${mqttPort}\nlistener ${httpPort}\nprotocol websockets\n`);
  const broker = await hostWith(t, ['-c', file], [mqttPort, httpPort]);
  const sleeper = await subscribe(t, { mqttPort }, ['-t', 'a']);
  await sleeper.freeze();
  for (let i = 0; i < 8; i += 1)
    await mosquittoPub({ mqttPort }, ['-t', 'a', '-s'], Buffer.alloc(1_000_000));
  for (const port of [mqttPort, httpPort]) {
    const silent = net.connect(port, '127.0.0.1');
    silent.on('error', () => {});
    t.after(() => silent.destroy());
    await once(silent, 'connect');
  }
  const readClock = startClock();
  broker.signal('SIGTERM');
  assert.equal(await broker.ended(), 0);
  const tookMs = Math.round(readClock());
  note(`it took ${tookMs} ms`);
  assert.ok(tookMs < 2_500, `${tookMs} ms`);
});

test('a log that nobody reads any more does not end it', async (t) => {
  const port = await freePort();
  const broker = await hostWith(t, ['-v', '-p', String(port)], [port]);
  broker.closeErrors();
  for (let i = 0; i < 3; i += 1)
    await mosquittoPub({ mqttPort: port }, ['-q', '1', '-t', 'a', '-m', 'still there']);
  assert.ok(broker.isRunning);
  broker.signal('SIGTERM');
  assert.equal(await broker.ended(), 0);
});

// The process whose command line has this word in it. A daemon leaves no other trace.
async function findProcess(word) {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.split('\0').includes(word))
      return Number(pid);
  }
  return null;
}

test('-d: it listens when the call returns, and lives on without a terminal', async (t) => {
  const port = await freePort();
  const file = await writeConfig(t, `listener ${port} 127.0.0.1\n`);
  const { status, output } = await runBroker(t, ['-d', '-c', file]);
  const pid = await findProcess(file);
  t.after(() => {
    if (pid !== null)
      process.kill(pid, 'SIGKILL');
  });
  assert.equal(status, 0);
  assert.equal(output, '');
  assert.ok(await canConnect(port));
  const subscriber = await subscribe(t, { mqttPort: port }, ['-t', 'a']);
  await mosquittoPub({ mqttPort: port }, ['-t', 'a', '-m', 'in the background']);
  await subscriber.until('in the background');

  for (const fd of [0, 1, 2])
    assert.equal(await readlink(`/proc/${pid}/fd/${fd}`), '/dev/null');
  // Names in the configuration are meant from there, when it is read again too.
  assert.equal(await readlink(`/proc/${pid}/cwd`), process.cwd());
  // pid (name) state ppid pgrp session
  const [, , , session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  assert.equal(Number(session), pid, 'it has a session of its own');

  process.kill(pid, 'SIGTERM');
  await eventually('it has ended', async () => await findProcess(file) === null);
  assert.ok(await isFree(port));
});

test('it listens at once', async (t) => {
  const promisedMs = 100;
  const tookMs = [];
  for (let i = 0; i < 5; i += 1) {
    const port = await freePort();
    const beforeMs = performance.now();
    const broker = new Program(t, programName(), ['-p', String(port)]);
    // What others have of the processor meanwhile, this one among them, is no time of the program's.
    let waitedMs;
    do {
      assert.ok(performance.now() - beforeMs < 10_000, 'it does not listen at all');
      waitedMs = await broker.waitedMs();
    } while (!await canConnect(port));
    tookMs.push(performance.now() - beforeMs - waitedMs);
    await broker.kill();
  }
  note(`it listened after ${tookMs.map((ms) => ms.toFixed(0)).join(', ')} ms; promised are ${promisedMs}`);
  // One of five is not disturbed by what else this computer does.
  assert.ok(Math.min(...tookMs) < 2 * promisedMs);
});

await run();

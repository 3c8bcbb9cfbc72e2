// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hubbub pub, sub, send and listen, beside mosquitto_pub and mosquitto_sub: on a broker of ours and on Mosquitto, what one
// program does with a command line the other does as well. Nothing here has a display or a session bus.

import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';

import { canConnect, freePort, startBroker } from '../support/broker.js';
import { eventually, run, test } from '../support/check.js';
import { makeFolder } from '../support/command-line.js';
import { Program, runProgram } from '../support/program.js';

const patient = { timeoutMs: 20_000 };

// A home without settings, and nothing of a desktop.
async function makeEnv(t) {
  const { DISPLAY, WAYLAND_DISPLAY, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, ...env } = process.env;
  return { ...env, HOME: await makeFolder(t), GSETTINGS_BACKEND: 'keyfile', TZ: 'UTC', LC_ALL: 'C.UTF-8' };
}

const commands = {
  ours: { pub: [process.env.HUBBUB, 'pub'], sub: [process.env.HUBBUB, 'sub'] },
  // What a pipe would hold back comes line by line.
  theirs: { pub: ['mosquitto_pub'], sub: ['stdbuf', '-oL', 'mosquitto_sub'] },
};
const names = Object.keys(commands);

function prepare(kind, port, args) {
  const [command, ...first] = kind;
  return [command, [...first, '-h', '127.0.0.1', '-p', String(port), ...args]];
}

// It stays who it is, so that it can read what is in the folders of a test.
async function startMosquitto(t, lines = ['allow_anonymous true']) {
  const port = await freePort();
  const file = path.join(await makeFolder(t), 'mosquitto.conf');
  await writeFile(file, [`listener ${port} 127.0.0.1`, `user ${userInfo().username}`, ...lines, ''].join('\n'));
  const broker = new Program(t, 'mosquitto', ['-c', file]);
  await eventually('mosquitto listens', async () => !broker.isRunning || await canConnect(port), patient);
  assert.ok(broker.isRunning, broker.errors);
  return { mqttPort: port };
}

const brokers = {
  'hubbub-broker': (t, lines) => startBroker(t, { lines, withoutHttp: true }),
  'mosquitto': startMosquitto,
};

// A broker with both programs, and what they do with the same arguments.
class Bench {
  constructor(t, port, env) {
    Object.assign(this, { t, port, env });
  }

  run(who, what, args, input) {
    return runProgram(this.t, ...prepare(commands[who][what], this.port, args), { env: this.env, input });
  }

  async pub(who, args, input) {
    const { status, output, errors } = await this.run(who, 'pub', args, input);
    assert.deepEqual({ status, output, errors }, { status: 0, output: '', errors: '' }, `${who}: ${args}`);
  }

  // Subscribed, since the retained message of this topic has come.
  async start(who, args) {
    const program = new Program(this.t, ...prepare(commands[who].sub, this.port, ['-t', 'ready', ...args]), { env: this.env });
    await eventually(`${who} has subscribed`, () => program.output.includes('now') ||
      Promise.reject(new Error(program.errors)), patient);
    return program;
  }

  // The same output and exit status of both; errors are said in different words. In turn, where they are one client.
  async same(what, args, { status, inTurn = false } = {}) {
    const first = inTurn ? await this.run('ours', what, args) : null;
    const [theirs, ours] = await Promise.all([this.run('theirs', what, args), first ?? this.run('ours', what, args)]);
    assert.equal(ours.output, theirs.output, args.join(' '));
    assert.equal(ours.status, theirs.status, `${args.join(' ')}: ${ours.errors} ${theirs.errors}`);
    assert.equal(ours.errors === '', theirs.errors === '', `${args.join(' ')}: ${ours.errors} ${theirs.errors}`);
    if (status !== undefined)
      assert.equal(ours.status, status, args.join(' '));
    return ours;
  }
}

async function open(t, broker) {
  const { mqttPort } = await brokers[broker](t);
  const bench = new Bench(t, mqttPort, await makeEnv(t));
  await bench.pub('theirs', ['-t', 'ready', '-m', 'now', '-r']);
  return bench;
}

// On both brokers at once, since most of it is waiting.
function testBench(name, body) {
  test(name, (t) => Promise.all(Object.keys(brokers).map(async (broker) => body(await open(t, broker)).catch((error) => {
    throw new Error(`${broker}: ${error.stack}`);
  }))));
}

const forBoth = (body) => Promise.all(names.map(body));

testBench('retained messages are printed alike, whoever has published them', async (bench) => {
  const file = path.join(bench.env.HOME, 'payload');
  await writeFile(file, Buffer.from([0, 1, 10, 255]));
  await forBoth(async (who) => {
    await bench.pub(who, ['-t', `${who}/gone`, '-m', 'x', '-r']);
    await Promise.all([
      bench.pub(who, ['-t', `${who}/text`, '-m', 'é "q"\\', '-r']),
      bench.pub(who, ['-t', `${who}/one`, '-m', '-5', '-r', '-q', '1']),
      bench.pub(who, ['-t', `${who}/two`, '-m', '{"a":1}', '-r', '-q', '2', '-V', 'mqttv5']),
      bench.pub(who, ['-t', `${who}/file`, '-f', file, '-r', '-V', 'mqttv31']),
      bench.pub(who, ['-t', `${who}/gone`, '-n', '-r', '-q', '1']),
      bench.pub(who, ['-t', `${who}/input`, '-s', '-r'], 'two\nlines\n'),
    ]);
  });
  const format = '%t|%p|%q|%r|%l|%x|%X|%%|@@|\\t\\\\\\n';
  await forBoth((who) => Promise.all([
    ...['text', 'one', 'two', 'file', 'input'].map(async (name) => {
      const { output } = await bench.same('sub', ['-t', `${who}/${name}`, '-C', '1', '-q', '2', '-F', format], { status: 0 });
      assert.match(output, new RegExp(`^${who}/${name}\\|`));
    }),
    ...[[], ['-v'], ['-N'], ['-v', '-N'], ['-F', '%t', '-N'], ['-F', '%t %p', '-v'], ['-V', '5']].map((args) =>
      bench.same('sub', ['-t', `${who}/#`, '-C', '3', ...args], { status: 0 })),
    bench.same('sub', ['-t', `${who}/gone`, '-t', `${who}/#`, '-T', `${who}/+`, '-T', 'x', '-W', '1', '-v'], { status: 27 }),
  ]));
  assert.equal((await bench.run('ours', 'sub', ['-t', 'ours/file', '-C', '1', '-F', '%x'])).output, '00010aff\n');
  assert.equal((await bench.run('ours', 'sub', ['-t', 'ours/input', '-C', '1', '-N'])).output, 'two\nlines\n');
});

testBench('live messages at every QoS, in order', async (bench) => {
  await Promise.all(['0', '1', '2'].map(async (qos) => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `live/${qos}/${name}`);
    const subscribers = await forBoth((who) =>
      bench.start(who, ['-t', `live/${qos}/#`, '-q', qos, '-v', '-C', '13', ...(qos === '1' ? ['-F', '%q %r %t %p'] : [])]));
    for (const who of names) {
      await bench.pub(who, ['-t', a, '-m', `${who} one`, '-q', qos]);
      await bench.pub(who, ['-t', b, '-l', '-q', qos], 'a\n\nb');
      await bench.pub(who, ['-t', c, '-n', '-q', qos]);
    }
    await bench.pub('ours', ['-t', c, '-m', 'last', '-q', qos, '--repeat', '2']);
    const [ours, theirs] = await Promise.all(subscribers.map(async (program) =>
      ({ status: await program.ended(), output: program.output })));
    assert.deepEqual(ours, theirs);
    assert.equal(ours.status, 0);
    assert.equal(ours.output.match(/one$/gm).length, 2);
  }));
});

testBench('-E, -R, --retained-only, --remove-retained', async (bench) => {
  await bench.pub('ours', ['-t', 'mess/a', '-m', 'x', '-r']);
  const first = await bench.run('ours', 'sub', ['-t', 'mess/#', '--remove-retained', '-C', '1', '-v']);
  assert.equal(first.output, 'mess/a x\n');
  await Promise.all([
    bench.same('sub', ['-t', 'ready', '-E'], { status: 0 }),
    bench.same('sub', ['-t', 'ready', '-R', '-W', '1'], { status: 27 }),
    bench.same('sub', ['-t', 'mess/#', '-W', '1', '-v'], { status: 27 }),
  ]);
  const program = await bench.start('ours', ['-t', 'live', '--retained-only']);
  await bench.pub('ours', ['-t', 'live', '-m', 'x', '--repeat', '2', '--repeat-delay', '0.01']);
  assert.equal(await program.ended(), 0);
  assert.equal(program.output, 'now\n');
});

testBench('a session that stays has what was not printed yet, and nothing twice', async (bench) => {
  await forBoth((who) => bench.run(who, 'sub', ['-t', 'queue', '-q', '1', '-c', '-i', who, '-E']));
  for (const text of ['one', 'two', 'three'])
    await bench.pub('ours', ['-t', 'queue', '-q', '1', '-m', text]);
  const back = (who, args) => bench.run(who, 'sub', ['-t', 'x', '-q', '1', '-c', '-i', who, ...args]);
  for (const text of ['one', 'two'])
    assert.equal((await back('ours', ['-C', '1'])).output, `${text}\n`);
  assert.equal((await back('ours', ['-C', '1', '-U', 'queue'])).output, 'three\n');
  await back('ours', ['-E', '-U', 'queue']);
  await bench.pub('theirs', ['-t', 'queue', '-q', '1', '-m', 'four']);
  // What the sessions have comes before anything that is said once they are back.
  const subscribers = await forBoth((who) => bench.start(who, ['-t', 'x', '-q', '1', '-c', '-i', who]));
  await bench.pub('ours', ['-t', 'x', '-q', '1', '-m', 'end']);
  const outputs = () => subscribers.map(({ output }) => output);
  await eventually('both hear the end', () => outputs().every((output) => output.endsWith('end\n')), patient);
  assert.deepEqual(outputs(), ['now\nend\n', 'one\ntwo\nthree\nfour\nnow\nend\n']);
});

testBench('a will', async (bench) => {
  const heir = await bench.start('theirs', ['-t', 'will', '-v', '-q', '1', '-F', '%q %p']);
  const program = await bench.start('ours', ['--will-topic', 'will', '--will-payload', 'gone', '--will-qos', '1', '--will-retain']);
  await program.kill();
  await eventually('the will is heard', () => heir.output.includes('1 gone\n'), patient);
  assert.equal((await bench.run('ours', 'sub', ['-t', 'will', '-C', '1'])).output, 'gone\n');
  const second = await bench.start('ours', ['--will-topic', 'will', '--will-payload', 'again']);
  second.signal('SIGTERM');
  assert.equal(await second.ended(), 0);
  await bench.pub('ours', ['-t', 'will', '-m', 'behind', '-q', '1']);
  await eventually('what comes behind is heard', () => heir.output.includes('1 behind\n'), patient);
  assert.doesNotMatch(heir.output, /again/, 'who goes in order leaves none');
});

// mosquitto_pub and mosquitto_sub with the same arguments, byte by byte; with -h and -p besides.
const pubLines = [
  ['-m', 'x', '-d'],
  ['-m', 'x', '-d', '-i', 'one', '--repeat', '3'],
  ['-m', 'x', '-d', '-i', 'one', '-q', '1'],
  ['-m', 'é', '-d', '-i', 'one', '-q', '2', '-r'],
  ['-n', '-d', '-i', 'one', '-q', '1', '-V', 'mqttv31'],
  ['-m', 'x', '-d', '-i', 'one', '-q', '2', '-V', '5'],
  ['-m', 'x', '-d', '-i', 'one', '-q', '1', '-M', '1', '--repeat', '3'],
  ['-m', 'x', '-d', '-i', 'one', '-D', 'publish', 'user-property', 'a', '-b', '-D', 'publish', 'content-type', 'text/plain'],
  ['-m', '-D', '-d', '-i', 'one', '-q', '1', '-D', 'connect', 'session-expiry-interval', '5'],
  ['-m', 'x', '-d', '-i', 'one', '--will-topic', 'w', '-D', 'will', 'will-delay-interval', '5', '--nodelay'],
];
const subLines = [
  ['-d', '-C', '1'],
  ['-d', '-i', 'one', '-C', '2', '-q', '1', '-t', 'debug/b', '-v'],
  ['-d', '-i', 'one', '-C', '2', '-q', '2', '-t', 'debug/b', '-T', 'debug/c'],
  ['-d', '-i', 'one', '-C', '1', '-q', '2', '-V', '5', '-N'],
  ['-d', '-i', 'one', '-E', '-U', 'debug/c'],
  ['-d', '-i', 'one', '-E', '-V', '5', '-R'],
  ['-d', '-i', 'one', '-C', '1', '-q', '1', '-D', 'subscribe', 'subscription-identifier', '5', '-D', 'subscribe', 'user-property', 'a', 'b'],
];

testBench('-d prints the same lines, also with -D, -M and --nodelay', async (bench) => {
  for (const topic of ['debug/a', 'debug/b'])
    await bench.pub('theirs', ['-t', topic, '-m', 'kept', '-r', '-q', '2']);
  for (const args of pubLines)
    assert.match((await bench.same('pub', ['-t', 'debug/live', ...args], { status: 0, inTurn: true })).output, /sending DISCONNECT\n$/);
  for (const args of subLines)
    assert.match((await bench.same('sub', ['-t', 'debug/a', ...args], { status: 0, inTurn: true })).output, /received SUBACK\n/);
  // Two messages are held until they are answered; one was wanted.
  for (const topic of ['debug/a', 'debug/b'])
    await bench.pub('ours', ['-t', topic, '-m', 'kept', '-r', '-q', '2']);
  const { output } = await bench.run('ours', 'sub', ['-t', 'debug/a', '-t', 'debug/b', '-d', '-C', '1', '-q', '2']);
  assert.equal(output.match(/^kept$/gm).length, 1);
});

testBench('-L says where, as whom and what about', async (bench) => {
  const url = (rest) => ['-L', `mqtt://${rest}`];
  const alone = { ...bench.env };
  const run = async (what, args) => {
    const [ours, theirs] = await Promise.all(names.map((who) => {
      const [command, ...first] = commands[who][what];
      return runProgram(bench.t, command, [...first, ...args], { env: alone });
    }));
    assert.deepEqual([ours.output, ours.status], [theirs.output, theirs.status], `${args}: ${ours.errors} ${theirs.errors}`);
    return ours;
  };
  assert.equal((await run('pub', [...url(`127.0.0.1:${bench.port}/by/url`), '-m', 'x', '-r', '-q', '1'])).status, 0);
  assert.equal((await run('sub', [...url(`ada:secret@127.0.0.1:${bench.port}/by/url`), '-C', '1'])).output, 'x\n');
  assert.equal((await run('sub', [...url(`127.0.0.1:${bench.port}/by/url`), '-t', 'ready', '-C', '2', '-d'])).status, 0);
  for (const wrong of [['-L', 'http://127.0.0.1/a'], url('127.0.0.1'), url(`127.0.0.1:${bench.port}`)])
    assert.equal((await run('sub', wrong)).status, 1);
});

testBench('the properties of -D arrive', async (bench) => {
  const heard = (await bench.start('theirs', ['-t', 'props', '-V', '5', '-F', '%t|%p|%C|%R|%D|%E|%P']));
  await bench.pub('ours', ['-t', 'props', '-m', 'x', '-q', '1', '-D', 'publish', 'content-type', 'text/plain', '-D', 'publish', 'response-topic', 'back',
    '-D', 'publish', 'correlation-data', 'c7', '-D', 'publish', 'message-expiry-interval', '1000', '-D', 'publish', 'user-property', 'a', 'b',
    '-D', 'publish', 'user-property', 'a', 'c']);
  await eventually('they are heard', () => /^props\|x\|text\/plain\|back\|c7\|(1000|99\d)\|a:b a:c$/m.test(heard.output) ||
    Promise.reject(new Error(heard.output)), patient);
});

test('a command line that is wrong ends with the status of Mosquitto’s programs', async (t) => {
  const bench = new Bench(t, await freePort(), await makeEnv(t));
  await Promise.all([
    ['-t', 'a#', '-m', 'x'],
    ['-m', 'x'],
    ['-t', 'a'],
    ['-t', 'a', '-m', 'x', '-n'],
    ['-t', 'a', '-m', 'x', '-q', '3'],
    ['-t', 'a', '-m', 'x', '-k', '4'],
    ['-t', 'a', '-m', 'x', '-c'],
    ['-t', 'a', '-m', 'x', '-V', 'mqttv6'],
    ['-t', 'a', '-m', 'x', '--frob'],
    ['-t', 'a', '-m', 'x', '--will-payload', 'x'],
    ['-t', 'a', '-f', '/nonexistent'],
    ['-t', 'a', '-m', 'x', '-D', 'publish', 'frob', '1'],
    ['-t', 'a', '-m', 'x', '-D', 'publish', 'content-type'],
    ['-t', 'a', '-m', 'x', '-D', 'connect', 'receive-maximum', '65536'],
    ['-t', 'a', '-m', 'x', '-i', 'a', '-c', '-D', 'connect', 'session-expiry-interval', '5'],
    ['-t', 'a', '-m', 'x', '-M', '-1'],
    ['-t', 'a', '-m', 'x', '-M', '65536'],
    ['-t', 'a', '-m', 'x', '--cafile', '/nonexistent'],
    ['-t', 'a', '-m', 'x', '--cafile', '/nonexistent', '--cert', '/nonexistent'],
    ['-t', 'a', '-m', 'x', '--psk', 'xyz'],
  ].map(async (args) => {
    const [ours, theirs] = await forBoth((who) => bench.run(who, 'pub', args));
    assert.equal(ours.status, theirs.status, args.join(' '));
    assert.match(ours.errors, /^hubbub pub: .*\nSee “hubbub pub --help”\.\n$/);
  }));
  await Promise.all([
    [],
    ['-t', 'a#'],
    ['-t', 'a', '-q', '-1'],
    ['-t', 'a', '-C', '0'],
    ['-t', 'a', '-W', '0'],
    ['-t', 'a', '-c'],
    ['-t', 'a', '-T', 'a#'],
    ['-t', 'a', '-F', '%z'],
    ['-t', 'a', '-F', '\\q'],
    ['-t', 'a', '-F', 'x%'],
    ['-t', 'a', '-F', 'x\\'],
  ].map(async (args) => {
    const { errors } = await bench.same('sub', args, { status: 1 });
    assert.match(errors, /^hubbub sub: .*\nSee “hubbub sub --help”\.\n$/);
  }));
});

for (const broker of Object.keys(brokers)) {
  test(`${broker}: refused for the password: the code of the refusal is the exit status`, async (t) => {
    const folder = await makeFolder(t);
    const file = path.join(folder, 'passwords');
    await writeFile(file, '', { mode: 0o600 });
    await runProgram(t, 'mosquitto_passwd', ['-b', file, 'ada', 'secret']);
    const { mqttPort } = await brokers[broker](t, ['allow_anonymous false', `password_file ${file}`]);
    const bench = new Bench(t, mqttPort, await makeEnv(t));
    const wrong = ['-u', 'ada', '-P', 'wrong'];
    const right = ['-u', 'ada', '-P', 'secret'];
    await bench.same('sub', ['-t', 'a', '-C', '1', ...wrong]);
    assert.notEqual((await bench.same('sub', ['-t', 'a', '-C', '1', ...wrong, '-V', 'mqttv5'])).status, 0);
    await bench.same('pub', ['-t', 'a', '-m', 'x', ...wrong]);
    await bench.same('pub', ['-t', 'a', '-m', 'x', '-r', ...right], { status: 0 });
    await bench.same('sub', ['-t', 'a', '-C', '1', ...right], { status: 0 });
    const { status, output, errors } = await bench.run('ours', 'sub', ['-t', 'a', '--quiet', ...wrong]);
    assert.deepEqual({ output, errors }, { output: '', errors: '' });
    assert.notEqual(status, 0);
  });
}

test('nobody there: status 1, and the reason in a line', async (t) => {
  const bench = new Bench(t, await freePort(), await makeEnv(t));
  for (const [what, args] of [['pub', ['-t', 'a', '-m', 'x']], ['sub', ['-t', 'a']]]) {
    const { errors } = await bench.same(what, args, { status: 1 });
    assert.equal(errors, `hubbub ${what}: there is no broker at 127.0.0.1:${bench.port}: connection refused\n`);
  }
});

test('a subscription that is refused: status 1', async (t) => {
  const file = path.join(await makeFolder(t), 'acl');
  await writeFile(file, 'topic read open\n', { mode: 0o600 });
  const bench = new Bench(t, (await startBroker(t, { lines: [`acl_file ${file}`], withoutHttp: true })).mqttPort, await makeEnv(t));
  const { status, errors } = await bench.run('ours', 'sub', ['-t', 'closed']);
  assert.equal(status, 1);
  assert.equal(errors, 'hubbub sub: the broker does not allow to subscribe to this\n');
  const refused = await bench.run('ours', 'pub', ['-t', 'closed', '-m', 'x', '-q', '1', '-V', 'mqttv5']);
  assert.equal(refused.status, 1);
  assert.equal(refused.errors, 'hubbub pub: the broker does not allow this topic\n');
});

test('sub comes back when the broker does; a long input arrives whole', async (t) => {
  const broker = await startBroker(t, { isPersistent: true, withoutHttp: true, lines: ['max_queued_messages 0', 'max_queued_bytes 0'] });
  const bench = new Bench(t, broker.mqttPort, await makeEnv(t));
  await bench.pub('ours', ['-t', 'ready', '-m', 'now', '-r', '-q', '1']);
  const program = await bench.start('ours', ['-t', 'a', '-q', '2']);
  await broker.stop();
  await broker.start();
  await eventually('it has subscribed again', () => program.output === 'now\nnow\n' ||
    Promise.reject(new Error(program.output + program.errors)), patient);
  const lines = Array.from({ length: 3000 }, (none, index) => `line ${index}`).join('\n');
  await bench.pub('ours', ['-t', 'a', '-l', '-q', '2'], lines);
  await eventually('all has come', () => program.output === `now\nnow\n${lines}\n` ||
    Promise.reject(new Error(program.output.slice(-100))), patient);
  program.signal('SIGINT');
  assert.equal(await program.ended(), 0);
});

test('send and listen speak the chat', async (t) => {
  const { mqttPort } = await startBroker(t, { withoutHttp: true });
  const env = await makeEnv(t);
  const where = ['--join', `127.0.0.1:${mqttPort}`];
  const bench = new Bench(t, mqttPort, env);
  await bench.pub('theirs', ['-t', 'messages', '-m', 'The door is open', '-r']);
  const listen = (args) => new Program(t, process.env.HUBBUB, ['listen', ...where, ...args], { env });
  const send = async (args, input) =>
    assert.deepEqual(await runProgram(t, process.env.HUBBUB, ['send', ...where, ...args], { env, input }),
      { status: 0, output: '', errors: '' });

  const [everyone, all, json] = [listen(['-C', '3']), listen(['--all', '--time', '-C', '5']), listen(['--all', '--json', '-C', '5'])];
  for (const program of [everyone, all, json])
    await eventually('it listens', () => program.output.includes('The door is open') ||
      Promise.reject(new Error(program.errors)), patient);
  await send(['--name', 'Ada', 'Hello', 'all']);
  await send(['--name', 'Ada\u001b[2J', '-'], 'two\nlines\n\n');
  await send(['--room', 'garden', '--name', 'Bo', '--lines'], 'one\n\n\r\ntwo\n');

  assert.equal(await everyone.ended(), 0);
  assert.equal(everyone.output, 'The door is open\nAda: Hello all\nAda\ufffd[2J: two\n  lines\n');
  assert.equal(await all.ended(), 0);
  const when = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
  assert.match(all.output, new RegExp(`^${when} \\[Everyone\\] The door is open\n${when} \\[Everyone\\] Ada: Hello all\n`));
  assert.match(all.output, new RegExp(`${when} \\[garden\\] Bo: one\n${when} \\[garden\\] Bo: two\n$`));
  assert.equal(await json.ended(), 0);
  const [door, hello, , first] = json.output.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(door.message, 'The door is open');
  assert.equal(door.name, undefined);
  assert.match(hello.from, /^[0-9a-f]{16}$/);
  assert.match(hello.id, /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Date.parse(hello.time) - Date.now()) < 3600_000);
  assert.deepEqual([hello.topic, hello.name, hello.message], ['messages', 'Ada', 'Hello all']);
  assert.deepEqual([first.topic, first.name, first.message, first.from], ['messages/garden', 'Bo', 'one', hello.from]);
});

for (const [args, words, input] of [
  [['send'], /text is missing/],
  [['send', ''], /nothing to send/],
  [['send', '-'], /nothing to send/, '\n'],
  [['send', '-'], /UTF-8/, Buffer.from([255])],
  [['send', '--lines', 'x'], /--lines/],
  [['send', '--room', 'a/b', 'x'], /room/],
  [['listen', '--room', 'a', '--all'], /--all/],
  [['listen', 'x'], /“x” is not understood/],
  [['listen', '-W', '1.5'], /“1.5”/],
  [['pub', '-p', '65536'], /65535/],
  [['sub', '-t', 'a', '--join', 'a', '-h', 'b'], /--join/],
]) {
  test(`hubbub ${args.join(' ')}: status 1, and why`, async (t) => {
    const { mqttPort } = args[0] === 'send' && /nothing|UTF/.test(words) ? await startBroker(t, { withoutHttp: true }) : {};
    const more = mqttPort ? ['-h', '127.0.0.1', '-p', String(mqttPort)] : [];
    const { status, output, errors } = await runProgram(t, process.env.HUBBUB, [...args, ...more], { env: await makeEnv(t), input });
    assert.equal(status, 1);
    assert.equal(output, '');
    assert.match(errors, words);
    assert.match(errors, new RegExp(`^hubbub ${args[0]}: `));
  });
}

// A program that somebody has copied without what belongs to it.
test('without its settings schema the program says so, and leaves no memory dump', async (t) => {
  const folder = await makeFolder(t);
  const alone = path.join(folder, 'hubbub');
  await copyFile(process.env.HUBBUB, alone);
  const env = { ...await makeEnv(t), GSETTINGS_SCHEMA_DIR: folder, XDG_DATA_DIRS: folder };
  const { status, output, errors } = await runProgram(t, alone, ['send', 'hello'], { env });
  assert.equal(status, 1);
  assert.equal(output, '');
  assert.match(errors, /^hubbub: .* is not installed\n$/);
});

await run();

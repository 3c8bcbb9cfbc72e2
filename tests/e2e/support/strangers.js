// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Other clients in the chat: MQTT.js under node, mosquitto_pub, mosquitto_sub.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import mqtt from 'mqtt';

import { eventually } from './check.js';

// A client over TCP that collects what it hears on `messages`, or what `filter` says, and sends there, or to `topic`.
export async function joinStranger(t, broker, { filter = 'messages' } = {}) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.mqttPort}`, { reconnectPeriod: 0 });
  t.after(() => client.endAsync(true));
  client.on('error', () => {});
  const heard = [];
  const topics = [];
  client.on('message', (topic, payload) => {
    heard.push(payload);
    topics.push(topic);
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return {
    heard,
    // where each of them came
    topics,
    heardJson: () => heard.map((payload) => JSON.parse(payload.toString())),
    send: (payload, { topic = 'messages', ...options } = {}) => client.publishAsync(topic,
      typeof payload === 'object' && !Buffer.isBuffer(payload) ? JSON.stringify(payload) : payload,
      { qos: 1, ...options }),
  };
}

// Runs mosquitto_pub with these arguments, and `input` as its standard input.
export async function mosquittoPub(broker, args, input = '') {
  const child = spawn('mosquitto_pub',
    ['-h', broker.host ?? '127.0.0.1', '-p', String(broker.mqttPort), ...args], { stdio: ['pipe', 'inherit', 'inherit'] });
  // It may have ended without having read anything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = await once(child, 'exit');
  if (status !== 0)
    throw new Error(`mosquitto_pub ended with ${status}`);
}

// Starts mosquitto_sub and returns when it has subscribed; `lines` grows.
export async function mosquittoSub(t, broker, topic) {
  const child = spawn('stdbuf', ['-oL', 'mosquitto_sub', '-d', '-q', '1', '-t', topic,
    '-h', '127.0.0.1', '-p', String(broker.mqttPort)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => { output += data; });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  });
  await eventually('mosquitto_sub has subscribed', () => /^Subscribed/m.test(output));
  return { lines: () => output.split('\n') };
}

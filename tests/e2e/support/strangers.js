// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Another client in the chat: MQTT.js under node.

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
    // What a page shows as sent may come here a moment later.
    untilCount: (count) => eventually(`the stranger hears ${count} messages`,
      () => heard.length >= count || Promise.reject(new Error(`it has heard ${heard.length}`))),
    send: (payload, { topic = 'messages', ...options } = {}) => client.publishAsync(topic,
      typeof payload === 'object' && !Buffer.isBuffer(payload) ? JSON.stringify(payload) : payload,
      { qos: 1, ...options }),
  };
}

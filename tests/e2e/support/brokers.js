// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Brokers that others have written: Debian's Mosquitto, and Aedes, which runs in this process.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import aedes from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

import { canConnect, freePort } from './broker.js';
import { eventually } from './check.js';
import { Program, runProgram } from './program.js';

// Lets in only `user` with `password`; over TCP and WebSocket.
export async function startMosquitto(t, { user, password }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubbub-'));
  t.after(() => rm(folder, { recursive: true }));
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const users = path.join(folder, 'users');
  await runProgram(null, 'mosquitto_passwd', ['-b', '-c', users, user, password]);
  const file = path.join(folder, 'mosquitto.conf');
  // Started by root it would become somebody who cannot read the file.
  await writeFile(file, `user root
allow_anonymous false
password_file ${users}
listener ${mqttPort} 127.0.0.1
listener ${httpPort} 127.0.0.1
protocol websockets
`);
  const program = new Program(t, 'mosquitto', ['-c', file],
    { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  await eventually('mosquitto listens', async () => {
    if (!program.isRunning)
      throw new Error(`it has ended: ${program.errors}`);
    return await canConnect(mqttPort) && canConnect(httpPort);
  });
  return { mqttPort, httpPort };
}

// Lets everybody in; over TCP, and WebSocket on every path.
export async function startAedes(t) {
  const broker = aedes();
  const plain = net.createServer(broker.handle).listen(0, '127.0.0.1');
  const web = createServer().listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ server: web, handleProtocols: (offered) => offered.has('mqtt') && 'mqtt' });
  sockets.on('connection', (socket) => broker.handle(createWebSocketStream(socket)));
  await Promise.all([plain, web].map((server) => once(server, 'listening')));
  t.after(() => {
    broker.close();
    sockets.clients.forEach((socket) => socket.terminate());
    plain.close();
    web.close();
  });
  return { broker, mqttPort: plain.address().port, httpPort: web.address().port };
}

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A way to the broker that can be cut, as when a cable is pulled, and on which
// answers can get lost before that.

import { once } from 'node:events';
import net from 'node:net';

export async function openDetour(t, broker, { farPort = broker.mqttPort } = {}) {
  const sockets = new Set();
  const answers = new Map();
  let isOpen = true;
  const server = net.createServer((near) => {
    near.on('error', () => {});
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = net.connect(farPort, '127.0.0.1');
    answers.set(far, near);
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        answers.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  t.after(() => {
    server.close();
    cut();
  });
  return {
    port: server.address().port,
    // From here on those who are connected are heard, and not answered.
    mute: () => answers.forEach((near, far) => far.unpipe(near).resume()),
    // Cuts it, and waits until somebody comes again.
    interrupt: async () => {
      cut();
      await once(server, 'connection');
    },
    close: () => {
      isOpen = false;
      cut();
    },
    open: () => { isOpen = true; },
  };
}

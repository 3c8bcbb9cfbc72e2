// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The people who are here, each once, with as many clients as they have. What
// one of them said last counts; the rooms are those of all. Pure.

import { personName } from './people-words.js';

// More are not counted.
export const clientLimit = 2_000;

// How many rooms are told of somebody, and of how many of their clients: anybody can say a lot, as anybody.
export const roomsLimit = 64;
const heardClients = 16;

const collator = new Intl.Collator();

export class People {
  #from;
  #onJoined;
  #onLeft;
  #onRenamed;
  // By client identifier.
  #clients = new Map();
  // By `from`, those of each person; the one that has spoken last at the end.
  #crowds = new Map();
  #people = new Map();

  /*
   * `from` is one's own. `onJoined` and `onLeft` are called with a person,
   * `onRenamed` with one and the name before.
   */
  constructor({ from, onJoined, onLeft, onRenamed }) {
    this.#from = from;
    this.#onJoined = onJoined;
    this.#onLeft = onLeft;
    this.#onRenamed = onRenamed;
  }

  get size() {
    return this.#people.size;
  }

  // In no order: { from, name, kind, rooms, http, isOwn }.
  get all() {
    return [...this.#people.values()];
  }

  // The same, oneself first, then by name.
  get list() {
    return this.all.sort((a, b) => b.isOwn - a.isOwn ||
      collator.compare(personName(a.name), personName(b.name)) || (a.from < b.from ? -1 : 1));
  }

  put(clientId, { from, name, kind, rooms, http = [] }) {
    const former = this.#clients.get(clientId);
    if (former === undefined && this.#clients.size >= clientLimit)
      return;
    this.#drop(clientId);
    const client = { from, name, kind, rooms, http };
    this.#clients.set(clientId, client);
    if (!this.#crowds.has(from))
      this.#crowds.set(from, new Set());
    this.#crowds.get(from).add(client);
    if (former !== undefined && former.from !== from)
      this.#gather(former.from);
    this.#gather(from);
  }

  remove(clientId) {
    const client = this.#clients.get(clientId);
    this.#drop(clientId);
    if (client !== undefined)
      this.#gather(client.from);
  }

  clear() {
    const left = this.all;
    this.#clients.clear();
    this.#crowds.clear();
    this.#people.clear();
    left.forEach((person) => this.#onLeft(person));
  }

  #drop(clientId) {
    const client = this.#clients.get(clientId);
    this.#clients.delete(clientId);
    const crowd = this.#crowds.get(client?.from);
    crowd?.delete(client);
    if (crowd?.size === 0)
      this.#crowds.delete(client.from);
  }

  // Makes somebody what their clients say together.
  #gather(from) {
    const clients = [...this.#crowds.get(from) ?? []];
    const former = this.#people.get(from);
    const last = clients.at(-1);
    if (last === undefined) {
      this.#people.delete(from);
      if (former !== undefined)
        this.#onLeft(former);
      return;
    }
    const rooms = [...new Set(clients.slice(-heardClients).reverse().flatMap((client) => client.rooms))].slice(0, roomsLimit);
    const person = { from, name: last.name, kind: last.kind, rooms, http: last.http, isOwn: from === this.#from };
    this.#people.set(from, person);
    if (former === undefined)
      this.#onJoined(person);
    else if (former.name !== person.name)
      this.#onRenamed(person, former.name);
  }
}

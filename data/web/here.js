// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is here: tells the others of oneself, and hears of them. That one has gone
// the others learn from the will, or because the page takes back what it said.

import { People } from './people.js';
import { PeopleNotes } from './people-notes.js';
import { composePresence, parsePresence } from './presence.js';

export const presenceStart = 'hubbub/presence/';

// A name that is being typed is told when it is settled.
const settleMs = 1_000;

export class Here {
  #connection;
  #clientId;
  #tellOf;
  #onChange;
  #onRooms;
  #from;
  #people;
  #notes;
  #told = '';
  #sinceMs = 0;
  #settleTimer = 0;
  #notesTimer = 0;

  /*
   * `tellOf` returns { name, rooms } of oneself. `onChange` is called after people
   * have changed, `onRooms` with the names of rooms in which somebody is, `onNote`
   * with { kind, name, newName }.
   */
  constructor({ connection, clientId, from, tellOf, onChange, onRooms, onNote }) {
    this.#connection = connection;
    this.#clientId = clientId;
    this.#from = from;
    this.#tellOf = tellOf;
    this.#onChange = onChange;
    this.#onRooms = onRooms;
    this.#notes = new PeopleNotes((kind, name, newName) => onNote({ kind, name, newName }));
    const now = () => performance.now();
    const ofOthers = (tell) => (person, ...rest) => {
      if (!person.isOwn)
        tell(person, ...rest);
      this.#armNotes();
    };
    this.#people = new People({
      from,
      onJoined: ofOthers((person) => this.#notes.join(person, now())),
      onLeft: ofOthers((person) => this.#notes.leave(person, now())),
      onRenamed: ofOthers((person, former) => this.#notes.rename(person, former, now())),
    });
  }

  get size() {
    return this.#people.size;
  }

  // In no order.
  get all() {
    return this.#people.all;
  }

  get list() {
    return this.#people.list;
  }

  // The subscription stands.
  begin() {
    this.#sinceMs = Date.now();
    this.#notes.begin(performance.now());
    this.#armNotes();
    this.#tell();
  }

  // The connection is gone: nothing is known of anybody any more.
  end() {
    clearTimeout(this.#settleTimer);
    this.#told = '';
    this.#notes.end();
    this.#people.clear();
    this.#onChange();
  }

  // Name or rooms may be others.
  tellSoon() {
    clearTimeout(this.#settleTimer);
    if (this.#connection.isConnected)
      this.#settleTimer = setTimeout(() => this.#tell(), settleMs);
  }

  // The page goes.
  leave() {
    if (this.#connection.isConnected && this.#connection.hasWill)
      this.#connection.publish(presenceStart + this.#clientId, '', () => {}, { isRetained: true });
  }

  receive(topic, bytes) {
    const clientId = topic.slice(presenceStart.length);
    const presence = parsePresence(bytes);
    // Somebody has said that this page is gone, perhaps its own will of a connection before.
    if (clientId === this.#clientId) {
      if (presence === null) {
        this.#told = '';
        this.tellSoon();
      }
      return;
    }
    if (presence === null)
      this.#people.remove(clientId);
    else
      this.#people.put(clientId, presence);
    if (presence !== null)
      this.#onRooms(presence.rooms);
    this.#onChange();
  }

  #tell() {
    clearTimeout(this.#settleTimer);
    if (!this.#connection.isConnected)
      return;
    const { name, rooms } = this.#tellOf();
    const presence = { from: this.#from, name, sinceMs: this.#sinceMs, rooms };
    const text = composePresence(presence);
    if (text === this.#told)
      return;
    this.#told = text;
    // Where nobody would learn that one has gone, nobody learns that one is here.
    if (this.#connection.hasWill)
      this.#connection.publish(presenceStart + this.#clientId, text, () => {}, { isRetained: true });
    // Oneself is here, whether the host tells of it or not.
    this.#people.put(this.#clientId, { ...presence, kind: 'browser' });
    this.#onChange();
  }

  #armNotes() {
    clearTimeout(this.#notesTimer);
    const waitMs = this.#notes.deadlineMs - performance.now();
    if (waitMs === Infinity)
      return;
    this.#notesTimer = setTimeout(() => {
      this.#notes.advance(performance.now());
      this.#armNotes();
    }, Math.max(waitMs, 0) + 1);
  }
}

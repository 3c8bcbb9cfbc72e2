// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Puts the page together.

import { Archive, search } from './archive.js';
import { composeFragment, takeName } from './arrival.js';
import { Away } from './away.js';
import { watchBrowser } from './browser.js';
import { Chat } from './chat.js';
import { Chime } from './chime.js';
import { Composer, isTouch } from './composer.js';
import { Connection } from './connection.js';
import { askIfLocked, Door } from './door.js';
import { Heading } from './heading.js';
import { Here, presenceStart } from './here.js';
import { hostTopic } from './host-word.js';
import { Icon } from './icon.js';
import { newClientId, stableFrom } from './ids.js';
import { readItem } from './item.js';
import { Keep } from './keep.js';
import { Key } from './key.js';
import { Later } from './later.js';
import { Log } from './log.js';
import { mentions } from './mentions.js';
import { MenuPanel } from './menu-panel.js';
import { Outbox } from './outbox.js';
import { PeoplePanel } from './people-panel.js';
import { Room } from './room.js';
import { everyone, labelOf, readFragment, topicOf, writeFragment } from './room-names.js';
import { roomLimit, Rooms } from './rooms.js';
import { RoomsPanel } from './rooms-panel.js';
import { RowMenu } from './row-menu.js';
import { SearchView } from './search-view.js';
import { Settings } from './settings.js';
import { Successor } from './successor.js';
import { Told } from './told.js';
import { Typing, typingStart } from './typing.js';
import { say, speak, translate } from './words.js';

// The filter of all rooms.
const everywhere = `${everyone}/#`;

// MQTT.js is read while this script puts the page together, and run after that has begun: whether it comes is heard in time.
const isLibraryThere = new Promise((resolve) => {
  const script = document.querySelector('script[src="mqtt.min.js"]');
  script.addEventListener('load', () => resolve(window.mqtt !== undefined));
  script.addEventListener('error', () => resolve(false));
});

const lasting = new Keep(() => window.localStorage);
const passing = new Keep(() => window.sessionStorage);

// First: a password is to be seen in the address bar by nobody.
const key = new Key(passing);
key.takeFromAddress();
takeName(lasting);

// Nothing was written yet but what stands in the page.
await speak(navigator.languages);
translate(document.documentElement);

const heading = new Heading(new Icon(document.querySelector('link[rel="icon"]')));

const settings = new Settings(lasting, { 'enter-publishes': !isTouch() });
const chime = new Chime(() => settings.isOn('sound'));
const told = new Told({ settings, chime });
new MenuPanel({
  settings,
  button: document.getElementById('menu-button'),
  panel: document.getElementById('menu'),
  onChange: (name, isOn) => {
    if (isOn)
      told.show(name);
    composer.noticeSettings();
    showTitle();
  },
});

const from = stableFrom(lasting);
const clientId = newClientId();
const outbox = new Outbox(passing);

const log = new Log({
  scroller: document.getElementById('log'),
  body: document.getElementById('messages'),
  empty: document.getElementById('empty'),
  newer: document.getElementById('newer'),
  onRetry: (id) => chat.retry(id),
  onSeen: (room) => {
    if (document.visibilityState === 'visible')
      room.markRead();
  },
});

const rooms = new Rooms({
  keep: lasting,
  passing,
  makeRoom: (topic, mark) => new Room({
    topic,
    mark,
    from,
    archive: new Archive({ url: '/api/messages', topic, headers: () => key.headers }),
    onOwn: (id) => outbox.remove(id),
    isMention: ({ kind, text }) => kind !== 'bytes' && mentions(text, composer.name),
    onChange: (room) => {
      rooms.keepMark(room);
      noticeRooms();
    },
    onLost: (isGone) => composer.say(isGone ? say('This message is not kept any more.') : say('The host does not answer.')),
  }),
  onChange: () => noticeRooms(),
});
const away = new Away({
  url: `/api/topics?${new URLSearchParams({ filter: everywhere })}`,
  rooms,
  headers: () => key.headers,
});

const door = new Door({
  form: document.getElementById('door'),
  onKey: (password) => {
    key.set(password);
    connection.dialAnew();
  },
});

const connection = new Connection({
  mqtt: () => window.mqtt,
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`,
  clientId,
  filter: everywhere,
  lesser: everyone,
  others: [{ filter: `${presenceStart}+`, qos: 1 }, { filter: `${typingStart}/#`, qos: 0 },
    { filter: hostTopic, qos: 0 }],
  will: presenceStart + clientId,
  login: () => key.login,
  onState: () => {
    chat.noticeState();
    composer.noticeLimit();
    if (connection.isConnected) {
      here.begin();
      away.begin();
    } else {
      here.end();
      typing.end();
      away.end();
    }
    showState();
    successor.noticeState();
  },
  onMessage: (topic, ...message) => {
    if (topic.startsWith(presenceStart))
      here.receive(topic, ...message);
    else if (topic.startsWith(typingStart))
      typing.receive(topic, ...message);
    else if (topic === hostTopic)
      successor.receive(...message);
    else
      chat.receive(topic, ...message);
  },
});

connection.prepare();

const here = new Here({
  connection,
  clientId,
  from,
  tellOf: () => ({ name: composer.name, rooms: rooms.writable }),
  onChange: () => {
    peoplePanel.notice();
    log.setPeople(here.all);
    successor.setPeople(here.all);
  },
  onRooms: (names) => names.forEach((name) => rooms.know(topicOf(name))),
  onNote: (note) => rooms.everyone.contents.addNote(note, Date.now()),
});

const successor = new Successor({
  connection,
  element: document.getElementById('successor'),
  fragmentOf: (isTrusted) => composeFragment({
    topic: rooms.current.topic, name: composer.name, key: isTrusted ? key.get() : '',
  }),
  hasUnsent: () => outbox.size > 0 || composer.hasText,
});

const typing = new Typing({
  connection,
  from,
  element: document.getElementById('typing'),
  onResize: () => log.keepEnd(),
});

const chat = new Chat({
  connection,
  outbox,
  rooms,
  from,
  onMessage: (room, item, isNews) => {
    typing.noticeMessage(item);
    if (isNews)
      told.notice(item);
  },
});

const composer = new Composer({
  form: document.getElementById('input'),
  lasting,
  passing,
  room: rooms.current,
  onName: (name) => {
    log.setReader(name);
    here.tellSoon();
  },
  onTyping: (name) => typing.tell(name, rooms.current),
  onPublish: (name, text) => {
    const problem = chat.publish(name, text);
    showState();
    return problem;
  },
  onResize: () => log.keepEnd(),
  excessOf: (name, text) => chat.excessOf(name, text),
  lastOwn: () => rooms.current.contents.lastOwnText,
});

const roomsPanel = new RoomsPanel({
  rooms,
  button: document.getElementById('rooms-button'),
  panel: document.getElementById('rooms'),
  onEnter: (topic) => {
    const problem = enterRoom(topic);
    if (problem === '')
      composer.focus();
    return problem;
  },
  onLeave: (topic) => leaveRoom(topic),
  onOpen: () => away.look(),
});

const peoplePanel = new PeoplePanel({
  here,
  button: document.getElementById('people-button'),
  panel: document.getElementById('people'),
  namesShown: () => log.names,
});

const titleLater = new Later(showTitle);

function noticeRooms() {
  titleLater.schedule();
  roomsPanel.notice();
}

const searchView = new SearchView({
  output: document.getElementById('output'),
  button: document.getElementById('search-button'),
  search: {
    archive: { search: (query, signal) => search(query, signal, key.headers) },
    readItem: (message) => readItem(message, from),
    held: (filter) => rooms.entered.filter(({ topic }) => filter === topic || filter === everywhere)
      .flatMap((room) => room.contents.items).sort((a, b) => a.timeMs - b.timeMs),
  },
  filterOf: (isAll) => (isAll ? everywhere : rooms.current.topic),
  labelOf,
  firstSince: async (since) => {
    const archive = new Archive({ url: '/api/messages', topic: rooms.current.topic, headers: () => key.headers });
    const { messages } = await archive.ask({ limit: 1, since }, new AbortController().signal);
    return messages.at(0) ?? null;
  },
  onJump: (item) => {
    const problem = item.topic === rooms.current.topic ? '' : enterRoom(item.topic);
    if (problem === '')
      rooms.current.jump(item);
    else
      composer.say(problem);
  },
  onCover: (isCovered) => log.setCovered(isCovered),
});

function showTitle() {
  const { unread } = rooms;
  heading.showTitle(rooms.current.title, unread, unread > 0 && !settings.isOn('do-not-disturb'));
}

// Shows the room that `rooms` says is current.
function showRoom() {
  const room = rooms.current;
  history.replaceState(null, '', location.pathname + location.search + writeFragment(location.hash, room.topic));
  composer.showRoom(room);
  log.show(room);
  room.setShown(true);
  searchView.noticeRoom();
  typing.showRoom(room);
  here.tellSoon();
  showTitle();
}

// Returns '' or, in a sentence, why it cannot be entered.
function enterRoom(topic) {
  const isNew = rooms.get(topic) === null;
  const room = rooms.enter(topic);
  if (room === null)
    return say('You are in {limit} rooms already. Leave one of them first.', { limit: roomLimit });
  if (isNew)
    chat.beginRoom(room);
  showRoom();
  return '';
}

function leaveRoom(topic) {
  rooms.leave(topic);
  showRoom();
}

// The address names a room, as a link or a scanned code does.
function followAddress() {
  const { topic, problem } = readFragment(location.hash);
  const words = topic === null ? problem : enterRoom(topic);
  if (topic === null || words !== '')
    showRoom();
  if (words !== '')
    composer.say(words);
}
addEventListener('hashchange', () => {
  if (key.takeFromAddress() && !connection.isConnected)
    connection.dialAnew();
  followAddress();
});

new RowMenu({
  output: document.getElementById('output'),
  textOf: (row) => log.textOf(row),
});

function showState() {
  heading.showState(connection, outbox.size);
  showDoor();
}

// A wrong password is not tried again and again; and where there is none nobody is asked.
async function showDoor() {
  if (connection.isConnected) {
    door.close();
  } else if (connection.state === 'offline' && connection.reason === 'wrong-key') {
    key.forget();
    door.open(true);
  } else if (connection.state === 'offline' && connection.reason === 'refused' && !door.isOpen) {
    const isLocked = await askIfLocked();
    if (isLocked && connection.state === 'offline' && connection.reason === 'refused')
      door.open(false);
  }
}

followAddress();

watchBrowser({ connection, log, rooms, here, outbox });

showState();
if (await isLibraryThere) {
  connection.start();
} else {
  connection.discard();
  heading.showPart();
}

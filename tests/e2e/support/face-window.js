// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Somebody who chats in the window. face-page.js has the same methods for the
// page: what is told with them, stories.js, is told of both.

import { plain } from './check.js';
import { openWindow, untilSeen } from './window.js';

const keyNames = { Enter: 'Return', Shift: 'shift', Ctrl: 'ctrl', V: 'v', F: 'f' };
const nameOfKey = (key) => key.split('+').map((part) => keyNames[part] ?? part).join('+');

// A list's items, each with all that is in it.
function itemsOf(nodes, list) {
  const start = nodes.findIndex(({ role, name }) => role === 'list' && name === list);
  if (start < 0)
    return [];
  const { depth } = nodes[start];
  const items = [];
  for (const node of nodes.slice(start + 1)) {
    if (node.depth <= depth)
      break;
    if (node.role === 'list item')
      items.push({ ...node, within: [] });
    else
      items.at(-1)?.within.push(node);
  }
  return items;
}

// The nodes in the widget of that class.
function partOf({ within }, widget) {
  const start = within.findIndex(({ role, name }) => role === 'filler' && name === widget);
  if (start < 0)
    return null;
  const end = within.findIndex((node, at) => at > start && node.depth <= within[start].depth);
  return within.slice(start + 1, end < 0 ? undefined : end);
}

// The menus of a desktop have headings, those of the page sentences.
const ofHeading = (words) => words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
const ofSentence = (words) => words[0] + words.slice(1).toLowerCase();

// Of the wheel.
const clicksOfPage = 8;

const labelsOf = (nodes) => nodes.filter(({ role }) => role === 'label');

const stateOf = (label) => /, (sent|waiting|not sent)(?: |$)/.exec(label)?.[1].replace('not sent', 'failed') ?? '';

// What a row says, as of face-page.js.
function readMessage(item) {
  const part = partOf(item, 'HubMessageRow');
  if (part === null)
    return null;
  const labels = labelsOf(part);
  const at = labels.findIndex(({ states }) => states.includes('focusable'));
  const state = stateOf(item.name);
  const suffix = labels.slice(at + 1).map(({ name }) => name.trim()).find((name) => name.startsWith('·'));
  const [, text, fold] = /^(.*?)(?:… (Show all)| Show less)?$/s.exec(labels[at].text);
  return {
    name: labels.slice(0, at).map(({ text }) => plain(text)).concat(suffix ?? []).join(' '),
    text,
    state,
    isOwn: state !== '',
    isMention: item.description.includes('mentions you'),
    continues: at === 0,
    isFolded: fold !== undefined,
  };
}

class FaceWindow {
  kind = 'desktop';
  #window;

  constructor(window) {
    this.#window = window;
  }

  async #items(list) {
    return itemsOf(await this.#window.nodes(), list);
  }

  untilState(word, options) {
    return this.#window.untilBadge(word, options);
  }

  async notice() {
    return (await this.#window.names('alert')).join(' ');
  }

  async title() {
    return (await this.#window.names('frame'))[0];
  }

  async setName(name) {
    await this.#window.type('First Name', name);
  }

  async write(text) {
    await this.#window.type('Message', text);
  }

  async draft() {
    return (await this.#window.untilNode('text', 'Message')).text;
  }

  async say(text) {
    await this.write(text);
    await this.#window.click('push button', 'Publish Message');
  }

  async press(...keys) {
    const isThere = ({ states }) => states.includes('focused');
    if (!isThere(await this.#window.untilNode('text', 'Message'))) {
      await this.#window.point('text', 'Message');
      await untilSeen('the field has the focus', async () => isThere(await this.#window.untilNode('text', 'Message')));
    }
    await this.#window.key(...keys.map(nameOfKey));
  }

  async under() {
    const nodes = await this.#window.nodes();
    const button = nodes.find(({ role, name }) => role === 'push button' && name === 'Publish Message');
    const words = labelsOf(nodes).map(({ name }) => plain(name)).find((name) => /\d+ \/ 120$|too long/.test(name));
    return { words, canPublish: button.states.includes('sensitive') };
  }

  async messages() {
    return (await this.#items('Messages')).map(readMessage).filter((message) => message !== null);
  }

  async table() {
    return (await this.#items('Messages')).flatMap((item) => {
      // A day may begin with somebody who joined.
      const row = item.within.findIndex(({ name }) => ['HubMessageRow', 'HubNoteRow'].includes(name));
      const lines = labelsOf(item.within.slice(0, Math.max(row, 0))).map(({ name }) => [name]);
      const message = readMessage(item);
      return message === null ? lines : [...lines, message.text];
    });
  }

  async untilHears(wanted, options) {
    return untilSeen(`the window has ${JSON.stringify(wanted).slice(0, 200)}`, async () => {
      const all = await this.messages();
      return all.find((one) => Object.entries(wanted).every(([key, value]) => one[key] === value)) ??
        Promise.reject(new Error(`there are ${JSON.stringify(all).slice(0, 1_000)}`));
    }, options);
  }

  // By the link at the end of the text: the last line is a short one. The row may just be on its way, or below a toast that
  // stays as long as the mouse is on it: else once more.
  async unfold() {
    const folded = async () => (await this.#window.names('label')).find((name) => name.endsWith('Show all'));
    await untilSeen('the text is unfolded', async () => {
      const name = await folded();
      if (name !== undefined)
        await this.#window.point('label', name, { right: 80, down: -8 });
      await this.#window.point('text', 'First Name');
      return await folded() === undefined;
    }, { pauseMs: 6_000 });
  }

  async scroll(pages) {
    await this.#window.wheel('Messages', Math.round(pages * clicksOfPage));
  }

  // Of a message that has just come: as long as it was never in sight, it has no size.
  async isInSight(text) {
    const { items } = await this.#window.boxes('Messages');
    return items.some(({ name, height }) => name.includes(`: ${text}, `) && height > 0);
  }

  async untilNew(count) {
    await this.#window.untilNode('push button', `${count} new`);
  }

  async #newest() {
    const names = await this.#window.names('push button');
    return names.find((name) => /^\d+ new$|^Go to newest$/i.test(name));
  }

  async isAtEnd() {
    const { y, height, items } = await this.#window.boxes('Messages');
    const last = items.at(-1);
    return last.height > 0 && last.y + last.height <= y + height;
  }

  async goToEnd() {
    await untilSeen('the end is in sight', async () => {
      const button = await this.#newest();
      if (button === undefined)
        await this.scroll(20);
      else
        await this.#window.click('push button', button);
      return this.isAtEnd();
    });
  }

  // The row may just be on its way: else once more.
  async #openMenuOf(text) {
    await untilSeen(`the menu of '${text}' is open`, async () => {
      const row = (await this.#window.rows()).findLast((name) => name.includes(text));
      await this.#window.point('list item', row, { button: 3, right: 12 });
      return this.#window.untilNode('menu item', 'Copy Message', { timeoutMs: 1_000 });
    });
  }

  async menuOf(text) {
    await this.#openMenuOf(text);
    const all = await this.#window.names('menu item');
    await this.#window.key('Escape');
    return all.map(ofSentence);
  }

  async copyMessage(text) {
    await this.#openMenuOf(text);
    await this.#window.click('menu item', 'Copy Message');
  }

  async notes() {
    const parts = (await this.#items('Messages')).map((item) => partOf(item, 'HubNoteRow')).filter((part) => part !== null);
    return parts.map((part) => plain(labelsOf(part)[0].name));
  }

  // Unfolds the last one.
  async noted() {
    const parts = (await this.#items('Messages')).map((item) => partOf(item, 'HubNoteRow')).filter((part) => part !== null);
    const folded = parts.at(-1)?.find(({ role, states }) => role === 'push button' && !states.includes('expanded'));
    if (folded !== undefined)
      await this.#window.click('push button', folded.name, { last: true, timeoutMs: 0 });
    return parts.flatMap((part) => labelsOf(part).flatMap(({ name }) => plain(name).split('\n')));
  }

  async untilPeople(count, options) {
    await this.#window.untilNode('push button', count === 1 ? '1 person here' : `${count} people here`, options);
  }

  async withPeople(act) {
    await this.#window.click('push button', (await this.#window.untilNode('push button', /(person|people) here$/)).name);
    await this.#window.untilNode('list', 'People');
    const result = await act();
    await this.#window.key('Escape');
    return result;
  }

  people() {
    return this.withPeople(async () => (await this.#items('People')).map(({ name }) => plain(name)));
  }

  async typing() {
    return (await this.#window.names('status bar')).find((words) => /(is|are) writing…$/.test(words)) ?? '';
  }

  async #openRooms() {
    await this.#window.click('push button', (await this.#window.untilNode('push button', /^Rooms/)).name);
    await this.#window.untilNode('text', 'New room');
  }

  async withRooms(act) {
    await this.#openRooms();
    const result = await act();
    await this.#window.key('Escape');
    await this.#untilRoomsClosed();
    return result;
  }

  rooms() {
    const name = (item) => plain(labelsOf(item.within)[0].name);
    return this.withRooms(async () => ({
      entered: (await this.#items('Rooms')).map((item) => ({
        name: name(item),
        unread: Number(/, (\d+) unread/.exec(item.name)?.[1] ?? 0),
        isMentioned: item.name.includes('mentions you'),
      })),
      others: (await this.#items('Other Rooms')).map(name),
    }));
  }

  async untilUnread(count) {
    await this.#window.untilNode('push button', count === 0 ? 'Rooms' : `Rooms, ${count} unread`);
  }

  async enterRoom(name) {
    await this.#openRooms();
    await this.#window.type('New room', name);
    await this.#window.click('push button', 'Enter');
    // It closes, or says what is wrong.
    const { text, problem } = await untilSeen('it is entered, or not', async () => {
      const nodes = await this.#window.nodes();
      const field = nodes.some((node) => node.role === 'text' && node.name === 'New room');
      const alert = nodes.find((node) => node.role === 'alert' && /room/.test(node.name));
      return !field || alert ? { text: field, problem: alert?.name ?? '' } : null;
    });
    if (text)
      await this.#window.key('Escape');
    return problem;
  }

  // By keyboard, with the arrows.
  async openRoom(name) {
    await this.#openRooms();
    await untilSeen(`'${name}' has the focus`, async () => {
      const items = [...await this.#items('Rooms'), ...await this.#items('Other Rooms')];
      const at = items.findIndex(({ states }) => states.includes('focused'));
      const wanted = items.findIndex(({ within }) => plain(labelsOf(within)[0].name) === name);
      // On the entry, or on a button that leaves a room.
      if (at < 0)
        await this.#window.key('shift+Tab');
      else if (wanted >= 0 && at !== wanted)
        await this.#window.key(at < wanted ? 'Down' : 'Up');
      return at >= 0 && at === wanted || Promise.reject(new Error(`${at} of ${items.length} has it, wanted is ${wanted}`));
    });
    await this.#window.key('Return');
    await this.#untilRoomsClosed();
  }

  async #untilRoomsClosed() {
    await untilSeen('the list is closed', async () => !(await this.#window.names('text')).includes('New room'));
  }

  // The button takes a moment.
  async leaveRoom(name) {
    await this.#openRooms();
    await this.#window.click('push button', `Leave ${name}`);
    await untilSeen('it is left', async () => !(await this.#window.names('push button')).includes(`Leave ${name}`));
    await this.#window.key('Escape');
    await this.#untilRoomsClosed();
  }

  async search(words) {
    await this.#window.key('ctrl+f');
    await this.#window.untilNode('entry', 'Search messages');
    await this.#window.type('Search messages', words, 'entry');
  }

  async untilFound(sentence) {
    await this.#window.untilNode('status bar', sentence);
  }

  async results() {
    return (await this.#items('Results')).map(({ within }) => labelsOf(within).map(({ name }) => plain(name)).join(', '));
  }

  async openResult(text) {
    const { name } = (await this.#items('Results')).find((item) => item.name.includes(text));
    await this.#window.point('list item', name);
  }

  // The message that was jumped to, wholly in sight. A row that the list keeps out of sight is where it was last, or nowhere.
  async untilLit(text) {
    await untilSeen(`'${text}' is in sight`, async () => {
      const { y, height, items } = await this.#window.boxes('Messages');
      const box = items.find(({ name }) => name.includes(`: ${text}, `));
      return box.height > 0 && box.y >= y && box.y + box.height <= y + height ||
        Promise.reject(new Error(`it is at ${JSON.stringify(box)}, the list from ${y} on, ${height} high`));
    });
  }

  async closeSearch() {
    await this.#window.key('Escape');
    await untilSeen('the search is closed', async () => !(await this.#window.names('entry')).includes('Search messages'));
  }

  // Today, as the calendar offers it.
  async goToDate() {
    await this.#window.key('ctrl+f');
    await this.#window.click('push button', 'Go to date');
    await this.#window.untilNode('label', 'January');
    await this.#window.click('push button', 'Go');
    await untilSeen('the search is closed', async () => !(await this.#window.names('entry')).includes('Search messages'));
  }

  async #withMenu(act) {
    await this.#window.click('push button', 'Main Menu');
    await this.#window.untilNode('menu item', 'Quit');
    const result = await act();
    // A choice closes it.
    await untilSeen('the menu is closed', async () => {
      const isOpen = (await this.#window.names('menu item')).includes('Quit');
      if (isOpen)
        await this.#window.key('Escape');
      return !isOpen;
    });
    return result;
  }

  isSwitchedOn(name) {
    return this.#withMenu(async () => (await this.#window.untilNode('check menu item', ofHeading(name))).states.includes('checked'));
  }

  async toggle(name) {
    await this.#withMenu(() => this.#window.click('check menu item', ofHeading(name)));
  }

  async restart() {
    await this.#window.restart();
  }

  async resize(width, height) {
    await this.#window.resize(width, height);
  }

  async keepPicture(name) {
    await this.#window.keepPicture(`window-story-${name}`);
  }

  async explain() {
    await this.keepPicture('failed').catch(() => {});
    await this.#window.explain();
  }

  async close() {
    await this.#window.close();
  }
}

// Opens a window that has joined `broker`; it is closed with the test.
export async function openFaceWindow(t, broker, { name = 'Ada', isDark = false } = {}) {
  const window = await openWindow(t, {
    args: ['--join', `127.0.0.1:${broker.mqttPort}`],
    env: isDark ? { ADW_DEBUG_COLOR_SCHEME: 'prefer-dark' } : {},
  });
  const face = new FaceWindow(window);
  await face.untilState('connected');
  await face.setName(name);
  return face;
}

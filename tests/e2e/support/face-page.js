// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Somebody who chats on the page. face-window.js has the same methods for the
// window: what is told with them, stories.js, is told of both.

import { keepPicture, openContext, openPage, say, untilBadge, watchLit, watchSaid } from './browser.js';
import { eventually, plain } from './check.js';

const keyNames = { Up: 'ArrowUp', Down: 'ArrowDown', Ctrl: 'Control' };
const nameOfKey = (key) => key.split('+').map((part) => keyNames[part] ?? part).join('+');

const field = (page) => page.getByRole('textbox', { name: 'Message', exact: true });

class FacePage {
  kind = 'browser';
  #t;
  #broker;
  #context;
  #page;

  constructor(t, broker, context, page) {
    this.#t = t;
    this.#broker = broker;
    this.#context = context;
    this.#page = page;
  }

  untilState(word, options) {
    return untilBadge(this.#page, word, options);
  }

  // What is said of the connection.
  notice() {
    return this.#page.locator('#status').textContent();
  }

  // The room that is shown.
  title() {
    return this.#page.locator('h1').textContent();
  }

  async setName(name) {
    await this.#page.getByLabel('First Name').fill(name);
  }

  async say(text) {
    await say(this.#page, await this.#page.getByLabel('First Name').inputValue(), text);
  }

  // Writes, and does not publish.
  async write(text) {
    await field(this.#page).fill(text);
  }

  draft() {
    return field(this.#page).inputValue();
  }

  // Keys while the Message field has the focus.
  async press(...keys) {
    await field(this.#page).focus();
    for (const key of keys)
      await this.#page.keyboard.press(nameOfKey(key));
  }

  // What is said below the field, and whether it can be published.
  async under() {
    const said = await this.#page.locator('.under > :visible').allTextContents();
    return { words: said.join(' · '), canPublish: await this.#page.getByRole('button', { name: 'Publish Message' }).isEnabled() };
  }

  // The messages that are shown: { name, text, state, isOwn, isMention, continues, isFolded, links }.
  messages() {
    return this.#page.locator('#messages > :not(.line)').evaluateAll((all) => all.map((row) => ({
      name: row.cells[0].textContent,
      text: row.querySelector('.text').innerText,
      state: ['waiting', 'sent', 'failed'].find((state) => row.classList.contains(state)) ?? '',
      isOwn: row.classList.contains('own'),
      isMention: row.classList.contains('mention'),
      continues: row.classList.contains('again'),
      isFolded: row.querySelector('.fold')?.textContent === 'Show all',
      links: Array.from(row.querySelectorAll('.text a'), ({ href }) => href),
    })));
  }

  // All that stands in the table: texts of messages, and lines as [line].
  table() {
    return this.#page.locator('#messages').evaluate((body) => Array.from(body.rows)
      .filter((row) => !row.classList.contains('note'))
      .map((row) => (row.classList.contains('line') ? [row.textContent] : row.querySelector('.text').innerText)));
  }

  // The message, as soon as it is there and as is wanted.
  async untilHears(wanted, options) {
    return eventually(`the page has ${JSON.stringify(wanted).slice(0, 200)}`, async () => {
      const all = await this.messages();
      return all.find((one) => Object.entries(wanted).every(([key, value]) => one[key] === value)) ??
        Promise.reject(new Error(`there are ${JSON.stringify(all).slice(0, 1_000)}`));
    }, options);
  }

  async unfold() {
    await this.#page.getByRole('button', { name: 'Show all' }).click();
  }

  // Scrolls as the wheel does; negative is up.
  async scroll(pages) {
    const log = this.#page.locator('#log');
    await log.hover();
    const { top, height } = await log.evaluate((element) => ({ top: element.scrollTop, height: element.clientHeight }));
    await this.#page.mouse.wheel(0, pages * height);
    // It is done some frames later, unless it is at that edge.
    await eventually('it is scrolled', () => log.evaluate((element, { from, isUp }) => element.scrollTop !== from ||
      (isUp ? from <= 0 : from + element.clientHeight >= element.scrollHeight - 1), { from: top, isUp: pages < 0 }));
    // The page hears of it in a frame.
    await this.#page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }));
  }

  async untilNew(count) {
    await this.#page.getByRole('button', { name: `${count} new` }).waitFor();
  }

  isInSight(text) {
    return this.#page.locator('#log').evaluate((log, wanted) => {
      const { bottom } = log.getBoundingClientRect();
      return Array.from(document.getElementById('messages').rows).some((row) =>
        row.querySelector('.text')?.innerText === wanted && row.getBoundingClientRect().bottom <= bottom + 1);
    }, text);
  }

  isAtEnd() {
    return this.#page.locator('#log').evaluate((log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 2 &&
      document.getElementById('newer').hidden);
  }

  // By the button, where there is one.
  async goToEnd() {
    await eventually('the end is in sight', async () => {
      if (await this.#page.locator('#newer').isVisible())
        await this.#page.locator('#newer').click({ timeout: 1_000 });
      else
        await this.scroll(20);
      return this.isAtEnd();
    });
  }

  // The button goes when the table changes, as when somebody has left: else once more.
  async #openMenuOf(text) {
    await eventually(`the menu of '${text}' is open`, async () => {
      await this.#page.mouse.move(0, 0);
      await this.#page.getByRole('row').filter({ hasText: text }).last().hover({ position: { x: 20, y: 8 } });
      await this.#page.getByRole('button', { name: 'Message menu' }).click({ timeout: 1_000 });
      return this.#page.getByRole('menu').isVisible();
    });
  }

  // What can be done with a message.
  async menuOf(text) {
    await this.#openMenuOf(text);
    const all = await this.#page.getByRole('menuitem').allTextContents();
    await this.#page.keyboard.press('Escape');
    return all;
  }

  async copyMessage(text) {
    await this.#openMenuOf(text);
    const untilSaid = await watchSaid(this.#page);
    await this.#page.getByRole('menuitem', { name: 'Copy message' }).click();
    await untilSaid();
  }

  // The lines of who has come and gone, each with what it unfolds to.
  async notes() {
    const all = await this.#page.locator('#messages .note').evaluateAll((notes) =>
      notes.map((note) => (note.querySelector('button') ?? note).textContent));
    return all.map(plain);
  }

  // All that is noted, one by one, also what is folded.
  async noted() {
    const all = await this.#page.locator('#messages .note').evaluateAll((notes) => notes.flatMap((note) =>
      (note.querySelector('.lines') ?? note).textContent.split('\n')));
    return all.map(plain);
  }

  async untilPeople(count, options = {}) {
    await eventually(`${count} people are here`, () => this.#page
      .getByRole('button', { name: count === 1 ? '1 person here' : `${count} people here` }).isVisible(), options);
  }

  // While the list is open.
  async withPeople(act) {
    await this.#page.getByRole('button', { name: /(person|people) here$/ }).click();
    const result = await act();
    await this.#page.keyboard.press('Escape');
    return result;
  }

  // Everybody in the list: "NAME, kind · rooms".
  people() {
    return this.withPeople(async () => {
      const all = await this.#page.locator('#people li').evaluateAll((items) => items.map((one) =>
        ['.who', '.details'].map((part) => one.querySelector(part).textContent).filter(Boolean).join(', ')));
      return all.map(plain);
    });
  }

  // Who is writing, letter by letter; empty where nobody is.
  async typing() {
    const line = this.#page.locator('#typing');
    return await line.isVisible() ? line.textContent() : '';
  }

  async #openRooms() {
    const panel = this.#page.getByRole('dialog', { name: 'Rooms' });
    if (!await panel.isVisible())
      await this.#page.getByRole('button', { name: /^Rooms/ }).click();
    return panel;
  }

  // While the list is open.
  async withRooms(act) {
    await this.#openRooms();
    const result = await act();
    await this.#page.keyboard.press('Escape');
    return result;
  }

  // Those that were entered, as { name, unread, isMentioned }, and the names of the others.
  rooms() {
    const listed = (id) => this.#page.locator(id).evaluate((list) => Array.from(list.children, (one) => ({
      name: one.querySelector('.room-name').textContent,
      unread: Number(one.querySelector('.count')?.textContent ?? 0),
      isMentioned: one.querySelector('.mention-dot:not([hidden])') !== null,
    })));
    return this.withRooms(async () => {
      const [entered, others] = [await listed('#entered'), await listed('#others')];
      return { entered, others: others.map(({ name }) => name) };
    });
  }

  // What the button says.
  async untilUnread(count) {
    await this.#page.getByRole('button', { name: count === 0 ? 'Rooms' : `Rooms, ${count} unread`, exact: true }).waitFor();
  }

  // By its name, with the entry for new ones. Returns what is said against it.
  async enterRoom(name) {
    const panel = await this.#openRooms();
    await panel.getByLabel('New room').fill(name);
    await panel.getByRole('button', { name: 'Enter', exact: true }).click();
    if (await panel.isVisible()) {
      const problem = await panel.getByRole('alert').textContent();
      await this.#page.keyboard.press('Escape');
      return problem;
    }
    // What comes before the history has answered is not read by being shown.
    await eventually('what was said there is known', async () =>
      await this.#page.locator('#empty').isVisible() || await this.#page.locator('#messages > :not(.line)').count() > 0);
    return '';
  }

  // By a click in the list.
  async openRoom(name) {
    const panel = await this.#openRooms();
    await panel.locator('li').filter({ has: this.#page.getByText(name, { exact: true }) }).getByRole('button').first().click();
  }

  async leaveRoom(name) {
    const panel = await this.#openRooms();
    await panel.getByRole('button', { name: `Leave ${name}`, exact: true }).click();
    await this.#page.keyboard.press('Escape');
  }

  async search(words, { inAllRooms = false } = {}) {
    await watchLit(this.#page);
    await this.#page.keyboard.press('Control+f');
    await this.#page.getByLabel('Where to search').selectOption(inAllRooms ? 'All rooms' : 'This room');
    await this.#page.getByRole('searchbox').fill(words);
  }

  // What the bar says of the results.
  async untilFound(sentence) {
    await this.#page.locator('#found').getByText(sentence, { exact: true }).waitFor();
  }

  // Each as one text: room, name, time, text.
  async results() {
    const all = await this.#page.locator('.result').evaluateAll((results) => results.map(({ innerText }) => innerText.replaceAll('\n', ', ')));
    return all.map(plain);
  }

  async openResult(text) {
    await this.#page.locator('.result').filter({ hasText: text }).first().click();
  }

  // The message that was jumped to since it was searched for.
  async untilLit(text) {
    await eventually(`'${text}' is lit`, () => this.#page.evaluate((wanted) =>
      window.lit?.querySelector('.text').textContent === wanted, text));
  }

  async closeSearch() {
    await this.#page.getByRole('searchbox').press('Escape');
  }

  // The first message of that day or later is shown.
  async goToDate(date) {
    await watchLit(this.#page);
    await this.#page.keyboard.press('Control+f');
    await this.#page.getByRole('button', { name: 'Go to date' }).click();
    await this.#page.locator('#day-date').fill(date.toLocaleDateString('sv-SE'));
    await this.#page.getByRole('button', { name: 'Go', exact: true }).click();
  }

  async #withMenu(act) {
    await this.#page.getByRole('button', { name: 'Menu', exact: true }).click();
    const result = await act((name) => this.#page.getByRole('switch', { name }));
    await this.#page.keyboard.press('Escape');
    return result;
  }

  isSwitchedOn(name) {
    return this.#withMenu((find) => find(name).isChecked());
  }

  async toggle(name) {
    await this.#withMenu((find) => find(name).click());
  }

  // A reload.
  async restart() {
    await this.#page.reload();
  }

  async resize(width, height) {
    await this.#page.setViewportSize({ width, height });
  }

  async keepPicture(name) {
    await this.#page.mouse.move(0, 0);
    await keepPicture(this.#page, `page-story-${name}`);
  }

  // A failure is easier to understand with what is seen.
  async explain() {
    await this.keepPicture('failed').catch(() => {});
  }

  async close() {
    await this.#page.close();
  }
}

// Opens the page of `broker`; it is closed with the test.
export async function openFacePage(t, broker, { name = 'Ada', isDark = false } = {}) {
  const context = await openContext(t, { colorScheme: isDark ? 'dark' : 'light' });
  const page = await openPage(t, broker, { context });
  const face = new FacePage(t, broker, context, page);
  await face.untilState('connected');
  await face.setName(name);
  return face;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The rooms behind their button: those that were entered, the others, and the
// way into a new one.

import { KeyedList } from './keyed-list.js';
import { Later } from './later.js';
import { make } from './make.js';
import { Popover } from './popover.js';
import { everyone, labelOf, nameProblem, topicOf } from './room-names.js';
import { countWords, unreadWords } from './title.js';
import { say } from './words.js';

// A list of rooms is cut there for the eye; the whole name is there on hovering.
function makeName(topic) {
  const name = make('bdi', 'room-name', labelOf(topic));
  name.title = labelOf(topic);
  return name;
}

export class RoomsPanel {
  #rooms;
  #button;
  #count;
  #panel;
  #popover;
  #entered;
  #others;
  #onEnter;
  #onLeave;
  #onNew;
  #later = new Later(() => this.#show());

  /*
   * `onEnter` and `onLeave` are called with a topic; `onEnter` returns '' or, in a
   * sentence, why not. `onOpen` is called when somebody wants to see the rooms.
   */
  constructor({ rooms, button, panel, onEnter, onLeave, onOpen }) {
    this.#rooms = rooms;
    this.#button = button;
    this.#count = button.querySelector('.count');
    this.#panel = panel;
    this.#onEnter = onEnter;
    this.#onLeave = onLeave;
    this.#onNew = panel.querySelector('form');
    this.#entered = new KeyedList(panel.querySelector('#entered'), (topic) => this.#makeEntered(topic));
    this.#others = new KeyedList(panel.querySelector('#others'), (topic) => this.#makeOther(topic));
    this.#popover = new Popover({
      button,
      panel,
      onOpen: () => {
        this.#say('');
        this.#show();
        onOpen();
        return panel.querySelector('[aria-current]');
      },
    });
    this.#onNew.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#enterNew();
    });
    this.#onNew.addEventListener('input', () => this.#say(''));
    this.#show();
  }

  // Rooms, or what is unread in them, have changed.
  notice() {
    this.#later.schedule();
  }

  #show() {
    const { current } = this.#rooms;
    const elsewhere = this.#rooms.unread - current.unread;
    const words = elsewhere === 0 ? say('Rooms') : say('Rooms, {unread}', { unread: unreadWords(elsewhere) });
    if (this.#button.getAttribute('aria-label') !== words) {
      this.#button.setAttribute('aria-label', words);
      this.#button.title = words;
      this.#count.textContent = elsewhere === 0 ? '' : countWords(elsewhere);
    }
    if (this.#panel.hidden)
      return;
    this.#entered.show(this.#rooms.entered.map((room) => [room.topic, {
      unread: room.unread,
      hasMention: room.hasMention,
      isCurrent: room === current,
    }]));
    const { others } = this.#rooms;
    this.#others.show(others.map((topic) => [topic, null]));
    this.#panel.querySelector('#others-part').hidden = others.length === 0;
    // The row that had the focus may be gone.
    if (document.activeElement === document.body)
      this.#panel.focus({ preventScroll: true });
  }

  #makeEntered(topic) {
    const element = make('li', 'room');
    const button = make('button', 'enter');
    button.type = 'button';
    const dot = make('span', 'mention-dot', '@');
    dot.title = say('Mentions you');
    dot.setAttribute('aria-hidden', 'true');
    const count = make('span', 'count');
    const words = make('span', 'unseen');
    button.append(makeName(topic), dot, count, words);
    button.addEventListener('click', () => this.#enter(topic));
    element.append(button);
    if (topic !== everyone)
      element.append(this.#makeLeave(topic));
    const show = ({ unread, hasMention, isCurrent }) => {
      dot.hidden = !hasMention;
      count.textContent = unread === 0 ? '' : countWords(unread);
      words.textContent = `${unread === 0 ? '' : ` ${say('unread')}`}${hasMention ? say(', ') + say('mentions you') : ''}`;
      if (isCurrent)
        button.setAttribute('aria-current', 'true');
      else
        button.removeAttribute('aria-current');
    };
    return { element, show };
  }

  #makeLeave(topic) {
    const leave = make('button', 'leave', '×');
    leave.type = 'button';
    leave.setAttribute('aria-label', say('Leave {room}', { room: labelOf(topic) }));
    leave.title = leave.getAttribute('aria-label');
    leave.addEventListener('click', () => {
      this.#onLeave(topic);
      this.#show();
    });
    return leave;
  }

  #makeOther(topic) {
    const element = make('li', 'room');
    const button = make('button', 'enter');
    button.type = 'button';
    button.append(makeName(topic));
    button.addEventListener('click', () => this.#enter(topic));
    element.append(button);
    return { element, show: () => {} };
  }

  #enter(topic) {
    const problem = this.#onEnter(topic);
    if (problem === '')
      this.#popover.close(false);
    else
      this.#say(problem);
  }

  #enterNew() {
    const field = this.#onNew.querySelector('input');
    const name = field.value.trim();
    const problem = nameProblem(name);
    if (problem !== '') {
      this.#say(problem);
      field.focus();
      return;
    }
    this.#enter(topicOf(name));
    if (!this.#popover.isOpen)
      field.value = '';
  }

  #say(words) {
    this.#panel.querySelector('.problem').textContent = words;
  }
}

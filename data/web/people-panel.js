// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The people behind their button.

import { KeyedList } from './keyed-list.js';
import { Later } from './later.js';
import { make } from './make.js';
import { sharedNames, suffixOf } from './names.js';
import { hereWords, personDetails, personLabel, personName } from './people-words.js';
import { Popover } from './popover.js';
import { hueOf } from './row.js';

function makePerson() {
  const element = make('li', 'person');
  const dot = make('span');
  dot.setAttribute('aria-hidden', 'true');
  const label = make('bdi');
  const suffix = make('span', 'suffix');
  const details = make('span', 'details');
  const who = make('span', 'who');
  who.append(label, suffix);
  element.append(dot, who, details);
  const show = ({ person, isShared }) => {
    dot.className = `dot hue-${hueOf(person.name)}`;
    label.textContent = personLabel(person);
    label.title = personName(person.name);
    suffix.textContent = isShared ? ` ${suffixOf(person.from)}` : '';
    details.textContent = personDetails(person);
  };
  return { element, show };
}

export class PeoplePanel {
  #here;
  #button;
  #count;
  #panel;
  #list;
  #namesShown;
  #later = new Later(() => this.#show());

  // `namesShown` returns who else is seen, as { name, from }: names are told apart from theirs, too.
  constructor({ here, button, panel, namesShown }) {
    this.#here = here;
    this.#button = button;
    this.#count = button.querySelector('.count');
    this.#panel = panel;
    this.#namesShown = namesShown;
    this.#list = new KeyedList(panel.querySelector('ul'), makePerson);
    new Popover({
      button,
      panel,
      onOpen: () => {
        this.#show();
        return null;
      },
    });
    this.#show();
  }

  // Somebody has come, gone, or is called otherwise.
  notice() {
    this.#later.schedule();
  }

  #show() {
    const { size } = this.#here;
    const words = hereWords(size);
    if (this.#button.getAttribute('aria-label') !== words) {
      this.#button.setAttribute('aria-label', words);
      this.#button.title = words;
      this.#count.textContent = size === 0 ? '' : String(size);
    }
    if (this.#panel.hidden)
      return;
    const { list } = this.#here;
    const shared = sharedNames([...list, ...this.#namesShown()]);
    this.#list.show(list.map((person) => [person.from, { person, isShared: shared.has(person.name) }]));
    this.#panel.querySelector('.nobody').hidden = size > 0;
  }
}

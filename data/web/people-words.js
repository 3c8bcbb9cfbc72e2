// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is said of people. Pure. tests/data/people-words.json has the table for it.

import { say, sayCount, toSay } from './words.js';

const nameChars = 64;
const kinds = { desktop: toSay('desktop'), browser: toSay('browser') };

function isolated(text) {
  return `\u2068${text}\u2069`;
}

// A name as it is shown among people: in one line, and not too long.
export function personName(name) {
  const points = Array.from(name.slice(0, 4 * nameChars).replace(/[\s\p{Cc}]+/gu, ' ').trim());
  if (!/[^\s\p{C}\p{M}]/u.test(points.join('')))
    return say('Somebody');
  return points.length > nameChars ? `${points.slice(0, nameChars).join('')}…` : points.join('');
}

export function personLabel({ name, isOwn }) {
  return isOwn ? say('{name} (you)', { name: personName(name) }) : personName(name);
}

// How they take part, and in which rooms if not only in Everyone.
export function personDetails({ kind, rooms }) {
  return [kind in kinds ? say(kinds[kind]) : kind, rooms.map(isolated).join(say(', '))].filter((part) => part).join(' · ');
}

export function hereWords(count) {
  return sayCount(count, '{n} person here', '{n} people here');
}

export function noteWords({ kind, name, newName }) {
  const who = isolated(personName(name));
  if (kind === 'renamed')
    return say('{who} is now {name}', { who, name: isolated(personName(newName)) });
  return kind === 'joined' ? say('{who} joined', { who }) : say('{who} left', { who });
}

// One line for several notes: "3 joined, 2 left".
export function countsWords(counts) {
  const { joined, left, renamed } = counts;
  return [
    joined > 0 && sayCount(joined, '{n} joined', '{n} joined'),
    left > 0 && sayCount(left, '{n} left', '{n} left'),
    renamed > 0 && sayCount(renamed, '{n} renamed', '{n} renamed'),
  ].filter((part) => part).join(say(', '));
}

export function typingWords(names) {
  const [first, second] = names.map((name) => isolated(personName(name)));
  if (names.length === 0)
    return '';
  if (names.length > 2)
    return sayCount(names.length, '{n} person is writing…', '{n} people are writing…');
  return names.length === 1
    ? say('{who} is writing…', { who: first }) : say('{who} and {other} are writing…', { who: first, other: second });
}

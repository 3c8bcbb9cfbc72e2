// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the table shows besides the messages: a line above the first of each
// day, one above the first that is new, and which names are left out. Pure.

import { Dates } from './dates.js';
import { locale, say } from './words.js';

// Consecutive messages of one person further apart than this show the name again.
export const groupMs = 5 * 60_000;

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const month = new Intl.DateTimeFormat('en-GB', { month: 'long' });
const dayOfYear = new Dates({ weekday: 'long', day: 'numeric', month: 'long' });
const dayOfAnyYear = new Dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

// The day of the reader's calendar, as a number that grows by one a day.
export function dayOf(timeMs) {
  const date = new Date(timeMs);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

// What the line above a day says: "Today", "Yesterday", else "Monday, 3 November".
export function dayWords(timeMs, nowMs) {
  const age = dayOf(nowMs) - dayOf(timeMs);
  if (age === 0 || age === 1)
    return age === 0 ? say('Today') : say('Yesterday');
  const date = new Date(timeMs);
  const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear();
  if (locale() !== undefined)
    return (isThisYear ? dayOfYear : dayOfAnyYear).format(date);
  const words = `${weekday.format(date)}, ${date.getDate()} ${month.format(date)}`;
  return isThisYear ? words : `${words} ${date.getFullYear()}`;
}

// When the next day begins, and "Today" is no longer true.
export function nextMidnight(nowMs) {
  const date = new Date(nowMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

export function isOfSamePerson(one, other) {
  return one.kind === 'chat' && other.kind === 'chat' && one.name !== '' &&
    one.name === other.name && one.from === other.from;
}

/*
 * Returns for each item, in order: { item, day, isNew, continues }. `day` is the
 * day of the line above it, or null; `isNew` tells that it is the first new one,
 * `items[newAt]`; `continues`, that its name is left out.
 */
export function arrange(items, newAt) {
  let above = null;
  let dayAbove = null;
  return items.map((item, at) => {
    const day = dayOf(item.timeMs);
    const isNewDay = day !== dayAbove;
    const isNew = at === newAt;
    const continues = !isNewDay && !isNew && isOfSamePerson(item, above) &&
      Math.abs(item.timeMs - above.timeMs) <= groupMs;
    above = item;
    dayAbove = day;
    return { item, day: isNewDay ? day : null, isNew, continues };
  });
}

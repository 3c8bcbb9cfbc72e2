// SPDX-License-Identifier: LGPL-2.1-or-later
//
// To be imported by what shows times to people: it is noon when a test begins, for all programs that it starts, so that
// none of them sees a midnight. What was said today is of yesterday behind it.

const hours = new Date().getUTCHours() - 12;

// In the names of these zones, what is east of Greenwich is negative.
process.env.TZ = `Etc/GMT${hours < 0 ? hours : `+${hours}`}`;

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Pictures of a full room, for people's eyes: the same for both faces.

import { startBroker } from './broker.js';
import { eventually, test } from './check.js';
import { joinPeer } from './peer.js';

const frames = { wide: [1000, 640], narrow: [360, 700] };

// A conversation as people have it, in a few rooms.
async function converse({ face, join }) {
  const [grace, linus, maryam, margaret, eleni, other] = [
    await join('Grace', { kind: 'desktop', rooms: ['garden'] }), await join('Linus'), await join('مريم', { rooms: ['garden'] }),
    await join('Margaret Hamilton-Lovelace', { kind: 'desktop' }), await join('Ελένη'),
    await join('Linus', { from: 'c0de'.padEnd(16, '0'), kind: 'desktop' }),
  ];
  await grace.say('Projector is in room 4, HDMI cable on the desk.');
  await grace.say('Slides: http://192.168.1.31/talk.pdf');
  await linus.say('Thanks!\nWho has the adapter for USB-C?');
  await maryam.say('عندي واحد 👍');
  await margaret.say('I have a spare one, too, in the grey bag next to the window.');
  await eleni.say('Τα λέμε στις πέντε');
  await face.untilHears({ text: 'Τα λέμε στις πέντε' });
  await face.say('On my way with coffee');
  await face.untilHears({ text: 'On my way with coffee', state: 'sent' });
  await face.enterRoom('Küche');
  for (const [room, text] of [['garden', 'Watered'], ['garden', 'Ada, are you there?'], ['حديقة', 'مرحبا'], ['sensors/cellar', '21 °C']])
    await grace.say(text, { room });
  await face.openRoom('garden');
  await face.openRoom('Everyone');
  for (const text of ['Tea?', '@Ada: sugar?'])
    await grace.say(text, { room: 'Küche' });
  await grace.say('Ada, could you bring the slides?');
  await other.say('They are at http://192.168.1.31/talk.pdf');
  return { grace, linus };
}

// `openFace` as of tellStories.
export function keepPictures(openFace) {
  for (const [name, [width, height]] of Object.entries(frames)) {
    for (const scheme of ['light', 'dark']) {
      test(`pictures: ${name}, ${scheme}`, async (t) => {
        const broker = await startBroker(t);
        const face = await openFace(t, broker, { isDark: scheme === 'dark' });
        const keep = (what) => face.keepPicture(`${what}-${name}-${scheme}`);
        await face.resize(width, height);
        await keep('empty');
        const { grace, linus } = await converse({ face, join: (...args) => joinPeer(t, broker, ...args) });
        await face.untilHears({ text: 'They are at http://192.168.1.31/talk.pdf' });
        await face.write('See you at the gate in ten minutes');
        await eventually('somebody is writing', async () => {
          await grace.write();
          await linus.write();
          return await face.typing() !== '';
        });
        await eventually('it is known where Ada is', async () => /^Ada \(you\), .*Küche$/.test((await face.people())[0]));
        // The focus goes back there.
        await face.press('Ctrl+End');
        await keep('room');
        await face.withRooms(() => keep('rooms'));
        await face.withPeople(() => keep('people'));
        await face.search('the');
        await eventually('there are results', async () => (await face.results()).length > 0);
        await keep('search');
        await face.closeSearch();
        await broker.kill();
        await face.untilState('offline');
        await face.say('Is anybody there?');
        await face.untilHears({ text: 'Is anybody there?', state: 'waiting' });
        await keep('offline');
      });
    }
  }
}

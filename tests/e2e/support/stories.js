// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What people do in a chat, told once for the page and the window. Each story has
// a face (face-page.js or face-window.js) of somebody called Ada and others around her. The
// stories of a chapter share the broker and the face: each leaves the face in the
// room in which it found it, and says what no other one says.

import assert from 'node:assert/strict';

import { eventually, plain } from './check.js';
import { mosquittoPub, subscribe } from './mosquitto.js';
import { openPost } from './post.js';

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);

// Waits until both are equal.
async function untilEqual(what, actual, wanted, options) {
  await eventually(what, async () => {
    assert.deepEqual(await actual(), wanted);
    return true;
  }, options);
}

const untilTitle = (face, title) => untilEqual(`the room is '${title}'`, () => face.title(), title);

// What stands between the messages is noted only some time after one has come.
async function untilNoting({ face, join }) {
  for (let i = 1; (await face.noted()).length === 0; i += 1) {
    const probe = await join(`Probe ${i}`);
    await probe.leave();
  }
}

const untilNoted = (face, line, options) => eventually(`'${line}' is noted`, async () => {
  const lines = await face.noted();
  return lines.includes(line) || Promise.reject(new Error(`there is ${lines.join(', ')}`));
}, options);

// As many at once as a broker takes from one client.
async function tell(peer, from, to) {
  for (let first = from; first <= to; first += 10)
    await Promise.all(numbers(first, Math.min(first + 9, to)).map((number) => peer.say(`message ${number}`)));
}

const people = {
  'everybody who is here is listed, with name, kind and rooms': async ({ face, join }) => {
    await join('Linus');
    await join('Grace', { kind: 'desktop', rooms: ['garden'] });
    await join('');
    await face.untilPeople(4);
    await untilEqual('all are listed', () => face.people(),
      [`Ada (you), ${face.kind}`, 'Grace, desktop · garden', 'Linus, browser', 'Somebody, browser']);
  },

  'who comes, goes and takes another name is noted; that is no message': async ({ face, join }) => {
    await untilNoting({ face, join });
    const barbara = await join('Barbara');
    await untilNoted(face, 'Barbara joined');
    await barbara.rename('Barbara L.');
    await untilNoted(face, 'Barbara is now Barbara L.');
    await barbara.leave();
    await untilNoted(face, 'Barbara L. left', { timeoutMs: 20_000 });
    assert.equal((await face.notes()).length, 1, 'they are folded into one line');
    assert.deepEqual(await face.messages(), []);
  },

  'a phone that dies is gone when the broker has lost patience': async ({ t, face, broker }) => {
    const presence = { name: 'Phone', from: '5'.repeat(16), kind: 'browser', rooms: [] };
    const phone = await subscribe(t, broker, ['-k', '5', '-t', 'messages', '--will-topic', 'hubbub/presence/phone', '--will-retain']);
    await mosquittoPub(broker, ['-r', '-q', '1', '-t', 'hubbub/presence/phone', '-m', JSON.stringify(presence)]);
    await face.untilPeople(2);
    await phone.freeze();
    await face.untilPeople(1, { timeoutMs: 12_000 });
  },

  'two of one name are told apart, in the list and in what they say': async ({ face, join }) => {
    const [one, other] = [await join('Edsger', { from: `3f2a${'0'.repeat(12)}` }), await join('Edsger', { from: `77bb${'0'.repeat(12)}` })];
    await face.untilPeople(3);
    await untilEqual('the list tells them apart', () => face.people(),
      [`Ada (you), ${face.kind}`, 'Edsger ·3f2a, browser', 'Edsger ·77bb, browser']);
    await one.say('I am one');
    await other.say('I am the other');
    await face.untilHears({ name: 'Edsger ·3f2a', text: 'I am one' });
    await face.untilHears({ name: 'Edsger ·77bb', text: 'I am the other' });
  },

  'the others are told of a new name': async ({ face, join }) => {
    const grace = await join('Grace');
    const told = () => grace.heard.filter(({ topic }) => topic.startsWith('hubbub/presence/')).map(({ text }) => text && JSON.parse(text).name);
    await eventually('Ada is here', () => told().includes('Ada'));
    await face.setName('Augusta');
    await eventually('Augusta is', () => told().includes('Augusta'));
    await face.setName('Ada');
    await eventually('Ada is again', () => told().lastIndexOf('Ada') > told().lastIndexOf('Augusta'));
  },
};

const messages = {
  'what one says is sent, and others hear it': async ({ face, join }) => {
    const grace = await join('Grace');
    await face.say('Can you hear me?');
    await face.untilHears({ text: 'Can you hear me?', isOwn: true, state: 'sent' });
    const { name } = await grace.untilHears('Can you hear me?');
    assert.equal(name, 'Ada');
    await grace.say('Loud and clear');
    await face.untilHears({ name: 'Grace', text: 'Loud and clear', isOwn: false, state: '' });
  },

  'while the host is away it waits, and then it is sent, once': async ({ face, join, broker }) => {
    await broker.kill();
    await face.untilState('offline');
    await face.say('Is anybody there?');
    await face.untilHears({ text: 'Is anybody there?', state: 'waiting' });
    await broker.start();
    await face.untilHears({ text: 'Is anybody there?', state: 'sent' }, { timeoutMs: 20_000 });
    const grace = await join('Grace');
    await grace.say('Only me');
    await face.untilHears({ text: 'Only me' });
    assert.equal((await face.messages()).filter(({ text }) => text === 'Is anybody there?').length, 1);
    const { messages: kept } = await (await fetch(`${broker.url}api/messages`)).json();
    assert.equal(kept.filter(({ payload }) => payload.includes('Is anybody there?')).length, 1);
  },

  'consecutive ones of one person are one group, below the day': async ({ face, join }) => {
    const [grace, linus] = [await join('Grace'), await join('Linus')];
    await linus.say('before the group');
    await grace.say('group one');
    await grace.say('group two');
    await linus.say('group three');
    await grace.say('group four');
    await face.untilHears({ text: 'group four' });
    await eventually('the group is one', async () => {
      const shown = (await face.messages()).filter(({ text }) => text.startsWith('group'));
      return String(shown.map(({ continues }) => continues)) === 'false,true,false,false';
    });
    await eventually('the day is told', async () => (await face.table()).some(([line]) => line === 'Today'));
  },

  'links are those of the web alone; a message is copied': async ({ face, join }) => {
    const grace = await join('Grace');
    await grace.say('Slides: http://192.168.1.31/talk.pdf');
    await grace.say('Not a link: javascript:alert(1)');
    await face.untilHears({ text: 'Not a link: javascript:alert(1)' });
    assert.deepEqual(await face.menuOf('Slides: http://192.168.1.31/talk.pdf'), ['Copy message', 'Copy link']);
    assert.deepEqual(await face.menuOf('Not a link: javascript:alert(1)'), ['Copy message']);
    await face.copyMessage('Not a link: javascript:alert(1)');
    await face.write('');
    await face.press('Ctrl+V');
    await eventually('it was copied', async () => await face.draft() === 'Not a link: javascript:alert(1)');
    await face.write('');
  },

  'a long text is folded': async ({ face, join }) => {
    const grace = await join('Grace');
    const text = numbers(1, 40).map((number) => `line ${number}`).join('\n');
    await grace.say(text);
    const one = await face.untilHears({ isFolded: true });
    assert.ok(one.text.startsWith('line 1\nline 2\n') && !one.text.includes('line 40'), one.text);
    await face.goToEnd();
    await face.unfold();
    await face.untilHears({ text, isFolded: false });
    await face.goToEnd();
  },

  'names and texts from right to left stay what they are, and apart from what is around them': async ({ face, join }) => {
    const maryam = await join('مريم');
    await maryam.say('عندي واحد (1) 👍');
    await face.untilHears({ name: 'مريم', text: 'عندي واحد (1) 👍' });
    await maryam.write();
    await eventually('it is said who writes', async () => await face.typing() === '\u2068مريم\u2069 is writing…');
  },
};

const reading = {
  'older ones come in on scrolling up, in order': async ({ face }) => {
    await face.untilHears({ text: 'message 130' });
    await eventually('the first is there', async () => {
      await face.scroll(-20);
      return (await face.messages()).some(({ text }) => text === 'message 1');
    }, { timeoutMs: 20_000 });
    const shown = (await face.messages()).map(({ text }) => Number(text.split(' ')[1])).filter(Boolean);
    assert.deepEqual(shown.slice(0, 15), numbers(1, 15));
    assert.deepEqual(shown, shown.toSorted((a, b) => a - b));
    await face.goToEnd();
  },

  'scrolled up it stays there, counts what is new, and has a line above it': async ({ face, join }) => {
    const grace = await join('Grace');
    await face.scroll(-2);
    await grace.say('new one');
    await face.untilNew(1);
    await grace.say('new two');
    await face.untilNew(2);
    assert.equal(await face.isInSight('new two'), false);
    await face.goToEnd();
    await untilEqual('the line is above them', async () => (await face.table()).slice(-3), [['New'], 'new one', 'new two']);
  },

  'a search finds what was said, and leads to it': async ({ face }) => {
    await face.search('NEEDLE');
    await face.untilFound('2 results');
    const [newer, older] = await eventually('both are listed', async () => {
      const all = await face.results();
      return all.length === 2 ? all : null;
    });
    assert.match(newer, /^Grace, Today, \d\d:\d\d, a needle again$/);
    assert.match(older, /the needle in the hay$/);
    await face.openResult('the needle in the hay');
    await face.untilLit('the needle in the hay');
    const shown = await face.table();
    const at = shown.indexOf('the needle in the hay');
    assert.deepEqual([shown[at - 1], shown[at + 1]], ['message 15', 'message 16']);
    await face.goToEnd();
  },

  'a search that finds nothing says so, and Escape leads back': async ({ face }) => {
    await face.search('haystack');
    await face.untilFound('No results for “haystack”');
    assert.deepEqual(await face.results(), []);
    await face.closeSearch();
    await eventually('the messages are there', async () => (await face.messages()).length > 0);
  },

  'the first message of a day': async ({ face }) => {
    await face.goToDate(new Date());
    await face.untilLit('message 1');
    await face.goToEnd();
  },
};

const rooms = {
  'a room is made, entered and left': async ({ face, join }) => {
    const grace = await join('Grace');
    await untilTitle(face, 'Messages');
    await face.enterRoom('garden');
    await untilTitle(face, 'garden');
    await face.say('only for the garden');
    await face.untilHears({ text: 'only for the garden', state: 'sent' });
    await grace.untilHears('only for the garden', { room: 'garden' });
    assert.deepEqual(grace.messages(), []);
    await eventually('Grace knows that Ada is there', () => grace.heard.some(({ topic, text }) =>
      topic.startsWith('hubbub/presence/') && text !== '' && JSON.parse(text).rooms.includes('garden')));
    await face.leaveRoom('garden');
    await untilTitle(face, 'Messages');
    assert.deepEqual((await face.messages()).map(({ text }) => text), []);
  },

  'a wrong name is refused in a sentence': async ({ face }) => {
    assert.equal(await face.enterRoom('a/b'), 'The name of a room cannot have / + or # in it.');
    await untilTitle(face, 'Messages');
  },

  'rooms are known from what was said, and from who is in them': async ({ face, join }) => {
    const grace = await join('Grace', { rooms: ['cellar'] });
    await grace.say('before', { room: 'attic' });
    await eventually('both are listed', async () => {
      const { others } = await face.rooms();
      return ['attic', 'cellar'].every((name) => others.includes(name)) || Promise.reject(new Error(others.join()));
    });
    await face.openRoom('attic');
    await untilTitle(face, 'attic');
    await face.untilHears({ text: 'before' });
    await face.leaveRoom('attic');
  },

  'what is said in another room is counted there, until it is read': async ({ face, join }) => {
    const grace = await join('Grace');
    await face.enterRoom('kitchen');
    await grace.say('I am here', { room: 'kitchen' });
    await face.untilHears({ text: 'I am here' });
    await face.openRoom('Everyone');
    await grace.say('the kettle is on', { room: 'kitchen' });
    await grace.say('Ada, tea?', { room: 'kitchen' });
    await grace.say('nobody has entered this', { room: 'yard' });
    await face.untilUnread(2);
    assert.deepEqual((await face.rooms()).entered, [
      { name: 'Everyone', unread: 0, isMentioned: false }, { name: 'kitchen', unread: 2, isMentioned: true },
    ]);
    await face.openRoom('kitchen');
    await face.untilUnread(0);
    await untilEqual('a line stands above them', async () => (await face.table()).slice(-3), [['New'], 'the kettle is on', 'Ada, tea?']);
    await face.leaveRoom('kitchen');
  },

  'each room has its draft; all of it is there again after a restart, and what came meanwhile counts': async ({ face, join }) => {
    const grace = await join('Grace');
    await face.enterRoom('lab');
    await face.write('half a thought');
    await face.openRoom('Everyone');
    await eventually('here is none', async () => await face.draft() === '');
    await face.enterRoom('hall');
    await face.restart();
    await face.untilState('connected');
    await untilTitle(face, 'hall');
    await grace.say('while you were away', { room: 'lab' });
    await face.untilUnread(1);
    await face.openRoom('lab');
    await eventually('the draft is there', async () => await face.draft() === 'half a thought');
    await face.write('');
    await face.leaveRoom('lab');
    await face.leaveRoom('hall');
  },
};

const told = {
  'a message that names one stands out': async ({ face, join }) => {
    const grace = await join('Grace');
    await grace.say('Canada is far');
    await grace.say('Who has the key, ada?');
    await face.untilHears({ text: 'Who has the key, ada?', isMention: true });
    await face.untilHears({ text: 'Canada is far', isMention: false });
  },

  'who is writing is said, until the message comes': async ({ face, join }) => {
    const [ken, dennis] = [await join('Ken', { from: '1'.repeat(16) }), await join('Dennis', { from: '2'.repeat(16) })];
    // It holds for some seconds: they keep on writing.
    const says = (words, ...writers) => eventually(`it says '${words}'`, async () => {
      for (const writer of writers)
        await writer.write();
      const now = plain(await face.typing());
      return now === words || Promise.reject(new Error(`it says '${now}'`));
    });
    await says('Ken is writing…', ken);
    await says('Ken and Dennis are writing…', ken, dennis);
    await says('Ken and Dennis are writing…', dennis, ken);
    await ken.say('written');
    await says('Dennis is writing…', dennis);
    await dennis.say('written, too');
    await says('');
  },

  'others are told that one is writing, and not what': async ({ face, join }) => {
    const grace = await join('Grace');
    await face.write('');
    const startMs = performance.now();
    await face.press('s', 'e', 'c', 'r', 'e', 't');
    const signs = () => grace.heard.filter(({ topic }) => topic === 'hubbub/typing').map(({ text }) => JSON.parse(text));
    await eventually('it is told', () => signs().length > 0);
    // Not with each letter, but every three seconds.
    const count = signs().length;
    assert.ok(count <= 1 + Math.floor((performance.now() - startMs) / 3_000), `${count} signs`);
    assert.equal(signs()[0].name, 'Ada');
    assert.deepEqual(Object.keys(signs()[0]).sort(), ['from', 'name']);
    await face.write('');
  },

  'a switch keeps what it was set to': async ({ face }) => {
    assert.equal(await face.isSwitchedOn('Do not disturb'), false);
    await face.toggle('Do not disturb');
    await face.restart();
    await face.untilState('connected');
    assert.equal(await face.isSwitchedOn('Do not disturb'), true);
    await face.toggle('Do not disturb');
    assert.equal(await face.isSwitchedOn('Do not disturb'), false);
  },
};

const writing = {
  'Enter publishes, Shift+Enter breaks the line': async ({ face }) => {
    await face.write('one');
    await face.press('Ctrl+End', 'Shift+Enter', 't', 'w', 'o', 'Enter');
    await face.untilHears({ text: 'one\ntwo', state: 'sent' });
    assert.equal(await face.draft(), '');
  },

  'the other way round, where that is switched': async ({ face }) => {
    await face.toggle('Enter publishes');
    await face.write('three');
    await face.press('Ctrl+End', 'Enter', 'f');
    assert.equal(await face.draft(), 'three\nf');
    await face.press('Ctrl+Enter');
    await face.untilHears({ text: 'three\nf', state: 'sent' });
    await face.toggle('Enter publishes');
  },

  'Up recalls the last own text, as a new one': async ({ face }) => {
    await face.say('to be said twice');
    await face.untilHears({ text: 'to be said twice', state: 'sent' });
    await face.press('Up');
    await eventually('it is there', async () => await face.draft() === 'to be said twice');
    await face.press('Enter');
    await eventually('it was said twice', async () =>
      (await face.messages()).filter(({ text, state }) => text === 'to be said twice' && state === 'sent').length === 2);
  },

  'the counter warns beyond 120, and the host\'s limit is said before one publishes': async ({ face }) => {
    const says = (words, canPublish) => eventually(`it says '${words}'`, async () => {
      const under = await face.under();
      assert.deepEqual([plain(under.words), under.canPublish], [words, canPublish]);
      return true;
    });
    await face.write('x'.repeat(120));
    await says('120 / 120', true);
    await face.write('x'.repeat(121));
    await says('Long, but fine · 121 / 120', true);
    await face.write('x'.repeat(1_000));
    await eventually('it is too long', async () => {
      const { words, canPublish } = await face.under();
      return /\d+ bytes too long for this host/.test(plain(words)) && !canPublish || Promise.reject(new Error(words));
    });
    await face.press('Enter');
    assert.equal(await face.draft(), 'x'.repeat(1_000));
    await face.write('');
  },
};

const strangers = {
  'mosquitto_pub: its text is shown, without a name, and nobody more is here': async ({ face, broker }) => {
    await mosquittoPub(broker, ['-t', 'messages', '-m', 'This is my message!']);
    await face.untilHears({ name: '', text: 'This is my message!' });
    await face.untilPeople(1);
  },

  'the post\'s page with MQTT.js 3.0.0 chats beside it, and sees nothing that breaks it': async ({ t, face, broker, join }) => {
    const post = await openPost(t, broker);
    await post.untilBadge('connected');
    const before = (await post.rows()).length;
    await post.say('Grace', 'Hello from the post\nin two lines');
    await face.untilHears({ name: 'Grace', text: 'Hello from the post\nin two lines' });
    // All that it was not made for.
    const linus = await join('Linus');
    await linus.write();
    await linus.say('in another room', { room: 'garden' });
    await face.press('h', 'm');
    await face.say('Hello to the post\nin two lines');
    await post.untilRow('Ada', 'Hello to the post\nin two lines');
    assert.equal((await post.rows()).length, before + 2);
    assert.deepEqual(post.errors, []);
  },

  'mosquitto_sub hears what is said, as JSON': async ({ t, face, broker }) => {
    const sub = await subscribe(t, broker, ['-q', '1', '-t', 'messages']);
    await face.say('for every client');
    await eventually('it hears it', () => sub.texts.some((text) => JSON.parse(text).message === 'for every client'));
  },
};

// What was said before Ada came.
async function saySomeHistory({ join }) {
  const grace = await join('Grace');
  await tell(grace, 1, 15);
  await grace.say('the needle in the hay');
  await tell(grace, 16, 100);
  await grace.say('a needle again');
  await tell(grace, 101, 130);
}

// Each with what it wants of the broker, and what happens before the face is there.
export const chapters = [
  { name: 'people', stories: people },
  { name: 'messages', stories: messages, broker: { isPersistent: true } },
  { name: 'reading', stories: reading, prepare: saySomeHistory },
  { name: 'rooms', stories: rooms },
  { name: 'being told', stories: told },
  { name: 'writing', stories: writing, broker: { lines: ['max_packet_size 1000'] } },
  { name: 'strangers', stories: strangers },
];

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A host that searches and knows times, for tests of the page alone: made of what the broker has recorded.

// Answers GET /api/search, and /api/messages with since, for all pages of `context`.
export async function addSearch(context, broker) {
  const recorded = async (topic) => (await fetch(`${broker.url}api/messages?limit=1000&topic=${encodeURIComponent(topic)}`)).json();
  const fulfill = (route, log, messages, more) => route.fulfill({
    contentType: 'application/json',
    body: JSON.stringify({ log, messages, more }),
  });
  await context.route(/\/api\/search/, async (route) => {
    const params = new URL(route.request().url()).searchParams;
    const limit = Number(params.get('limit'));
    const { log, messages } = await recorded(params.get('topic'));
    const all = messages.filter(({ seq, payload }) => seq < Number(params.get('before') ?? Infinity) &&
      payload.toLowerCase().includes(params.get('q').toLowerCase()));
    await fulfill(route, log, all.slice(-limit), all.length > limit);
  });
  await context.route(/\/api\/messages.*since=/, async (route) => {
    const params = new URL(route.request().url()).searchParams;
    const limit = Number(params.get('limit'));
    const { log, messages } = await recorded(params.get('topic'));
    const all = messages.filter(({ time }) => time >= Number(params.get('since')));
    await fulfill(route, log, all.slice(0, limit), all.length > limit);
  });
}

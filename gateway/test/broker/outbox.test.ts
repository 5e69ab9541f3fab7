/** What one session is sent: windows, order, what is sent again, what gives way, and what no client may be sent. */
import { parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import type { Message } from '../../src/broker/message.ts';
import { createOutbox, type Entry, type Link, type OutboxLimits } from '../../src/broker/outbox.ts';
import { waitFor } from '../wait-for.ts';

const message = (payload: string, more: Partial<Message> = {}): Message => ({
  topic: 'a/b',
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  ...more,
});
const ENVELOPE = { qos: 1, retain: false, identifiers: [] } as const;

interface Sent {
  readonly cmd: string;
  readonly payload: string;
  readonly messageId: number | undefined;
  readonly dup: boolean;
  readonly topic: string;
  readonly properties: Record<string, unknown> | undefined;
}

function testLink(more: Partial<Link> = {}): Link & { readonly sent: Sent[]; cuts: number; unsent: number } {
  const sent: Sent[] = [];
  const read = parser({ protocolVersion: more.version ?? 4 });
  read.on('packet', (packet) => {
    const { cmd, messageId } = packet;
    const publish = packet.cmd === 'publish' ? packet : undefined;
    sent.push({
      cmd,
      messageId,
      payload: publish?.payload.toString() ?? '',
      dup: publish?.dup ?? false,
      topic: publish?.topic ?? '',
      properties: publish?.properties as Record<string, unknown> | undefined,
    });
  });
  return {
    sent,
    cuts: 0,
    unsent: 0,
    version: 4,
    window: 2,
    maxPacketBytes: 0,
    mayReceive: () => true,
    alias: () => undefined,
    aliased: () => {},
    write: (bytes) => void read.parse(bytes),
    unsentBytes() {
      return this.unsent;
    },
    cutOff() {
      this.cuts += 1;
    },
    ...more,
  };
}

function testOutbox(limits: Partial<OutboxLimits> = {}, lasting = true) {
  const gone: number[] = [];
  const displaced: string[] = [];
  let now = 1_000_000;
  const outbox = createOutbox(
    { key: 'k', username: 'u', lasting },
    { queuedPerSession: 3, outBytes: 1_000, ...limits },
    {
      now: () => now,
      added: () => {},
      queued: () => Promise.resolve(),
      gone: ({ number }: Entry) => gone.push(number),
      displaced: (entry: Entry) => displaced.push(entry.message.payload.toString()),
    },
  );
  return {
    outbox,
    gone,
    displaced,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const texts = (sent: readonly Sent[]): string[] => sent.map(({ payload }) => payload);

test('no more is on its way than the window, the rest follows in order as acknowledgements come', () => {
  const { outbox } = testOutbox();
  const link = testLink();
  outbox.attach(link);
  for (const text of ['1', '2', '3', '4']) void outbox.send(message(text), ENVELOPE);
  expect(texts(link.sent)).toEqual(['1', '2']);
  outbox.acknowledged(link.sent[0]?.messageId ?? 0);
  expect(texts(link.sent)).toEqual(['1', '2', '3']);
  outbox.acknowledged(60_000);
  expect(texts(link.sent)).toEqual(['1', '2', '3']);
  outbox.acknowledged(link.sent[1]?.messageId ?? 0);
  outbox.acknowledged(link.sent[2]?.messageId ?? 0);
  outbox.acknowledged(link.sent[3]?.messageId ?? 0);
  expect(outbox).toMatchObject({ length: 0, bytes: 0 });
});

test('what was not acknowledged is sent again with its identifier and DUP, and PUBREL in place of a received one', () => {
  const { outbox, gone } = testOutbox({ queuedPerSession: 10 });
  const first = testLink({ window: 3 });
  outbox.attach(first);
  void outbox.send(message('one'), ENVELOPE);
  void outbox.send(message('two', { qos: 2 }), { ...ENVELOPE, qos: 2 });
  const [one, two] = first.sent.map(({ messageId }) => messageId ?? 0);
  outbox.received(two ?? 0);
  outbox.detach(first);
  void outbox.send(message('three'), ENVELOPE);
  const second = testLink({ window: 3 });
  outbox.attach(second);
  expect(second.sent.map(({ cmd, payload, messageId, dup }) => [cmd, payload, messageId, dup])).toEqual([
    ['publish', 'one', one, true],
    ['pubrel', '', two, false],
    ['publish', 'three', expect.any(Number), false],
  ]);
  expect(gone).toEqual([]);
});

test('a link that was replaced cannot take the new one away', () => {
  const { outbox } = testOutbox();
  const [first, second] = [testLink(), testLink()];
  outbox.attach(first);
  outbox.attach(second);
  outbox.detach(first);
  void outbox.send(message('x'), ENVELOPE);
  expect(texts(second.sent)).toEqual(['x']);
  expect(first.sent).toEqual([]);
});

test('too many waiting: the oldest gives way, what is on its way stays', () => {
  const { outbox, displaced, gone } = testOutbox();
  for (const text of ['1', '2', '3', '4', '5']) void outbox.send(message(text), ENVELOPE);
  expect(displaced).toEqual(['1', '2']);
  expect(gone).toEqual([1, 2]);
  const link = testLink({ window: 10 });
  outbox.attach(link);
  expect(texts(link.sent)).toEqual(['3', '4', '5']);
  expect(outbox.displace()).toBe(false);
});

test('an expired message, one without the right and one too large for the client are left out, and count as gone', () => {
  const { outbox, gone, pass } = testOutbox({ queuedPerSession: 10 });
  void outbox.send(message('old', { expiresAt: 1_000_500 }), ENVELOPE);
  void outbox.send(message('secret', { topic: 'secret' }), ENVELOPE);
  void outbox.send(message('x'.repeat(200)), ENVELOPE);
  void outbox.send(message('lives', { expiresAt: 1_010_000 }), ENVELOPE);
  pass(1_000);
  const link = testLink({ version: 5, maxPacketBytes: 100, mayReceive: (topic) => topic !== 'secret' });
  outbox.attach(link);
  expect(texts(link.sent)).toEqual(['lives']);
  expect(link.sent[0]?.properties).toEqual({ messageExpiryInterval: 9 });
  expect(gone).toEqual([1, 2, 3]);
});

test('QoS 0 goes out at once or not at all, and a client that reads nothing is cut off', () => {
  const { outbox } = testOutbox();
  expect(outbox.send(message('nobody there', { qos: 0 }), { ...ENVELOPE, qos: 0 })).toBeUndefined();
  const link = testLink();
  outbox.attach(link);
  void outbox.send(message('now', { qos: 0 }), { ...ENVELOPE, qos: 0 });
  expect(texts(link.sent)).toEqual(['now']);
  link.unsent = 1_001;
  void outbox.send(message('later', { qos: 0 }), { ...ENVELOPE, qos: 0 });
  expect(link.cuts).toBe(1);
  expect(texts(link.sent)).toEqual(['now']);
});

test('only what waits for an absent client has to be on disk before anything is acknowledged', () => {
  const { outbox } = testOutbox();
  expect(outbox.send(message('away'), ENVELOPE)).toBeInstanceOf(Promise);
  outbox.attach(testLink({ window: 10 }));
  expect(outbox.send(message('here'), ENVELOPE)).toBeUndefined();
});

test('retained messages are looked up when their turn comes: what was replaced meanwhile is not sent late', () => {
  const { outbox } = testOutbox();
  const kept = new Map(['t1', 't2', 't3', 't4'].map((topic) => [topic, message(`old ${topic}`, { topic })]));
  const link = testLink();
  outbox.attach(link);
  outbox.sendRetained({
    filter: '#',
    topics: [...kept.keys()].values(),
    find: (topic) => kept.get(topic),
    qos: 1,
    identifiers: [],
  });
  expect(texts(link.sent)).toEqual(['old t1', 'old t2']);
  kept.set('t3', message('new t3', { topic: 't3' }));
  kept.delete('t4');
  for (const { messageId } of link.sent.slice(0, 2)) outbox.acknowledged(messageId ?? 0);
  expect(texts(link.sent)).toEqual(['old t1', 'old t2', 'new t3']);
});

test('what a former run left comes first, and new messages are counted on from there', () => {
  const { outbox, gone } = testOutbox({ queuedPerSession: 10 });
  outbox.restore([{ ...ENVELOPE, number: 41, message: message('before') }]);
  void outbox.send(message('after'), ENVELOPE);
  const link = testLink({ window: 10 });
  outbox.attach(link);
  expect(texts(link.sent)).toEqual(['before', 'after']);
  for (const { messageId } of link.sent) outbox.acknowledged(messageId ?? 0);
  expect(gone).toEqual([41, 42]);
});

test('a topic goes out once with its alias, then the alias alone', () => {
  const known = new Map<string, number>();
  const link = testLink({
    version: 5,
    window: 10,
    alias: (topic) => ({ number: known.get(topic) ?? 1, isNew: !known.has(topic) }),
    aliased: (topic, number) => void known.set(topic, number),
  });
  const { outbox } = testOutbox();
  outbox.attach(link);
  for (const text of ['1', '2']) void outbox.send(message(text), ENVELOPE);
  expect(link.sent.map(({ topic, properties }) => [topic, properties])).toEqual([
    ['a/b', { topicAlias: 1 }],
    ['', { topicAlias: 1 }],
  ]);
});

test('a session with much to deliver is paced: what the client has not taken yet is waited for, and nobody is cut off', async () => {
  const { outbox } = testOutbox({ queuedPerSession: 100 });
  for (let at = 0; at < 20; at += 1) void outbox.send(message('x'.repeat(100_000)), ENVELOPE);
  const link = testLink({ window: 100 });
  const write = link.write;
  Object.assign(link, {
    write: (bytes: Buffer) => {
      link.unsent += bytes.length;
      write(bytes);
    },
  });
  outbox.attach(link);
  expect(link.sent).toHaveLength(3);
  expect(link.cuts).toBe(0);
  for (let taken = 3; taken < 20; taken = link.sent.length) {
    for (const { messageId } of link.sent) outbox.acknowledged(messageId ?? 0);
    link.unsent = 0;
    await waitFor(() => expect(link.sent.length).toBeGreaterThan(taken));
  }
  for (const { messageId } of link.sent) outbox.acknowledged(messageId ?? 0);
  expect(outbox).toMatchObject({ length: 0, bytes: 0, waitingBytes: 0 });
  expect(link.cuts).toBe(0);
});

test('on a new connection no more is sent again than its window, and the rest follows', () => {
  const { outbox } = testOutbox({ queuedPerSession: 100 });
  const first = testLink({ window: 10 });
  outbox.attach(first);
  for (let at = 0; at < 10; at += 1) void outbox.send(message(String(at)), ENVELOPE);
  outbox.detach(first);
  const second = testLink({ version: 5, window: 1 });
  outbox.attach(second);
  for (let at = 0; at < 10; at += 1) {
    expect(texts(second.sent)).toEqual(Array.from({ length: at + 1 }, (_, n) => String(n)));
    expect(second.sent[at]?.dup).toBe(true);
    outbox.acknowledged(second.sent[at]?.messageId ?? 0);
  }
  expect(outbox.length).toBe(0);
});

test('a message that cannot be written is left out, and the next one comes', () => {
  const { outbox, gone } = testOutbox();
  const link = testLink({ version: 5 });
  outbox.attach(link);
  const broken = { contentType: null } as unknown as NonNullable<Message['properties']>;
  void outbox.send(message('broken', { properties: broken }), ENVELOPE);
  void outbox.send(message('whole'), ENVELOPE);
  expect(texts(link.sent)).toEqual(['whole']);
  expect(gone).toEqual([1]);
});

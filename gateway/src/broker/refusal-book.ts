/**
 * The last refusals, merged by client and reason, in memory and bounded. Everything in an entry is what a stranger said,
 * so it is cut and cleaned, and no stranger pushes out the entries of others: when it is full, the oldest entry goes of
 * whoever has most of them.
 */
import type { Refusal, RefusalReason } from '#contract/refusals.ts';

export interface RefusalNote {
  /** Epoch ms UTC. */
  readonly at: number;
  /** User name as the client gives it; absent when it gave none, or none yet. */
  readonly login?: string | undefined;
  readonly clientId?: string | undefined;
  readonly address: string;
  readonly reason: RefusalReason;
  /** The topic, the filter, the size in bytes or the other address. */
  readonly detail?: string | undefined;
}

export interface RefusalBook {
  /** Cheap when the client is refused for the same reason again, so that it may be called for every dropped message. */
  note(refusal: RefusalNote): void;
  /** Newest first. */
  list(): Refusal[];
  /** How many entries had to go for newer ones since the start. */
  dropped(): number;
}

const MAX_ENTRIES = 500;
/** Of one login from one address for one reason: some clients take another random id each time they connect. */
const MAX_CLIENT_IDS = 16;
const NAME_CHARS = 128;
const DETAIL_CHARS = 200;

/** Caused by anybody who can open a connection; kept apart, so that they never push out what happens to known clients. */
const OF_STRANGERS: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'unknown-login',
  'protocol-version',
  'empty-client-id',
  'malformed',
  'not-mqtt',
  'timeout',
  'too-many-connections',
  'websocket-origin',
]);

interface Entry {
  readonly shown: Omit<Refusal, 'count' | 'lastAt' | 'detail'>;
  /** Who shares the room: the address (of IPv6 its /64) and the login. */
  readonly groups: readonly string[];
  /** Whose entries differ by the client id only. */
  readonly client: string;
  count: number;
  lastAt: number;
  detail: string | undefined;
}

/** Entries in the order of their last refusal, oldest first. */
interface Shelf {
  readonly entries: Map<string, Entry>;
  /** How many entries each group has. */
  readonly sizes: Map<string, number>;
  readonly clients: Map<string, number>;
}

/** @param maxEntries half of them for what strangers cause, half for clients that are known */
export function createRefusalBook(maxEntries = MAX_ENTRIES): RefusalBook {
  const shelf = (): Shelf => ({ entries: new Map(), sizes: new Map(), clients: new Map() });
  const strangers = shelf();
  const known = shelf();
  let gone = 0;

  const add = (to: Shelf, key: string, note: RefusalNote): void => {
    const entry = entryOf(note);
    put(to, key, entry);
    if ((to.clients.get(entry.client) ?? 0) > MAX_CLIENT_IDS) removeOldest(to, ({ client }) => client === entry.client);
    else if (to.entries.size > maxEntries / 2) makeRoom(to);
    else return;
    gone += 1;
  };

  return {
    note(refusal) {
      const { reason, address, login = '', clientId = '', at, detail } = refusal;
      const key = [reason, address, login, clientId].map((part) => part.slice(0, NAME_CHARS)).join('\0');
      const of = OF_STRANGERS.has(reason) ? strangers : known;
      const entry = of.entries.get(key);
      if (entry === undefined) return add(of, key, refusal);
      entry.count += 1;
      entry.lastAt = at;
      entry.detail = detail === undefined ? undefined : copied(detail, DETAIL_CHARS);
      of.entries.delete(key);
      of.entries.set(key, entry);
    },
    list: () =>
      [...strangers.entries.values(), ...known.entries.values()]
        .sort((a, b) => b.lastAt - a.lastAt)
        .map(({ shown, count, lastAt, detail }) => ({
          ...shown,
          ...{ count, lastAt, detail: detail === undefined ? null : cleaned(detail, DETAIL_CHARS) },
        })),
    dropped: () => gone,
  };
}

function entryOf({ at, login, clientId, address: given, reason, detail }: RefusalNote): Entry {
  const address = cleaned(given, NAME_CHARS);
  const name = login === undefined ? null : cleaned(login, NAME_CHARS);
  const id = clientId === undefined ? null : cleaned(clientId, NAME_CHARS);
  return {
    shown: { login: name, clientId: id, address, reason, firstAt: at },
    groups: [`address ${network(address)}`, ...(name === null ? [] : [`login ${name}`])],
    client: JSON.stringify([reason, address, name]),
    ...{ count: 1, lastAt: at, detail: detail === undefined ? undefined : copied(detail, DETAIL_CHARS) },
  };
}

/** Removes the oldest entry of whoever has most of them, by address or by login. */
function makeRoom(shelf: Shelf): void {
  let most = 0;
  for (const size of shelf.sizes.values()) most = Math.max(most, size);
  removeOldest(shelf, ({ groups }) => groups.some((group) => shelf.sizes.get(group) === most));
}

function put({ entries, sizes, clients }: Shelf, key: string, entry: Entry): void {
  entries.set(key, entry);
  for (const group of entry.groups) count(sizes, group, 1);
  count(clients, entry.client, 1);
}

function removeOldest({ entries, sizes, clients }: Shelf, matches: (entry: Entry) => boolean): void {
  for (const [key, entry] of entries) {
    if (!matches(entry)) continue;
    entries.delete(key);
    for (const group of entry.groups) count(sizes, group, -1);
    count(clients, entry.client, -1);
    return;
  }
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

/** A part of a long text would keep the whole of it in memory. One character more than is shown says that it was longer. */
function copied(text: string, chars: number): string {
  return text.length <= chars ? text : Buffer.from(text.slice(0, chars + 1)).toString();
}

/** Without control characters, and without marks that turn the direction of the text around them. */
function cleaned(text: string, chars: number): string {
  const part = copied(text, chars).slice(0, chars).toWellFormed();
  const plain = part.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
  return text.length > chars ? `${plain}…` : plain;
}

/** One machine may have as many IPv6 addresses as it likes, all within its /64. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

/**
 * Who gives way when connections are short. A socket is a stranger until something it sends proves a sign-in; strangers
 * share by address, known ones by sign-in. The newcomer gets in and the oldest stranger of the address that holds most
 * goes: first one that waits (unfinished, idle), then one that is being answered. Pure; order is the order of the calls.
 */

export interface SocketLimits {
  /** All sockets. */
  readonly total: number;
  /** Strangers in all; what lies between this and `total` is kept for known sign-ins and for addresses they came from. */
  readonly strangers: number;
  /** Strangers of one address. */
  perAddress(address: string): number;
  /** Sockets of one sign-in. */
  readonly perSignIn: number;
  /** Addresses remembered as those of known sign-ins. */
  readonly knownAddresses: number;
}

/** Why a socket had to go: `share`: its address or sign-in has too many, `room`: all together have, `full`: none could give way. */
export type GaveWay = 'share' | 'room' | 'full';

export interface SocketShares<T> {
  /** @returns false when there is no room at all: then the newcomer is the one to close. */
  enter(socket: T, address: string): boolean;
  /** It waits for the other side: headers or body unfinished, or idle between two requests. */
  waits(socket: T): void;
  /** The gateway works for it. */
  works(socket: T): void;
  /** It has proved a sign-in. `stays`: it is a live connection, which never gives way. */
  proves(socket: T, signIn: string, stays?: boolean): void;
  leave(socket: T): void;
  counts(): { readonly strangers: number; readonly known: number };
}

interface Group<T> {
  readonly name: string;
  /** Oldest change of state first. */
  readonly waiting: Set<T>;
  readonly working: Set<T>;
  /** Share that one unit of weight stands for, so that an address with a larger share weighs less per socket. */
  readonly perUnit: number;
}

interface Place<T> {
  readonly address: string;
  group: Group<T>;
  known: boolean;
  stays: boolean;
}

const UNITS = 256;

/** @param giveWay closes a socket that has to go; the table has forgotten it already. */
export function createSocketShares<T>(
  limits: SocketLimits,
  giveWay: (socket: T, why: GaveWay) => void,
): SocketShares<T> {
  const places = new Map<T, Place<T>>();
  const strangers = createGroups<T>();
  const known = createGroups<T>();
  const knownAddresses = new Map<string, true>();

  const forget = (socket: T): void => {
    const place = places.get(socket);
    if (place === undefined) return;
    places.delete(socket);
    (place.known ? known : strangers).remove(place.group, socket);
  };
  const close = (socket: T, why: GaveWay): void => {
    forget(socket);
    giveWay(socket, why);
  };
  const oldest = ({ waiting, working }: Group<T>): T | undefined => first(waiting) ?? first(working);
  const makeRoom = (): boolean => {
    const greediest = strangers.greediest();
    // Known ones only while idle: a page that is being answered or shown live stays.
    const victim = greediest === undefined ? known.firstWaiting() : oldest(greediest);
    if (victim === undefined) return false;
    close(victim, 'room');
    return true;
  };
  const move = (socket: T, to: 'waiting' | 'working'): void => {
    const place = places.get(socket);
    if (place === undefined || place.stays) return;
    const { waiting, working } = place.group;
    waiting.delete(socket);
    working.delete(socket);
    place.group[to].add(socket);
  };

  return {
    enter: (socket, address) => {
      const share = limits.perAddress(address);
      const own = strangers.find(address);
      if (own !== undefined && sizeOf(own) >= share) {
        const victim = oldest(own);
        if (victim !== undefined) close(victim, 'share');
      }
      if (!knownAddresses.has(address) && strangers.size() >= limits.strangers && !makeRoom()) return false;
      if (places.size >= limits.total && !makeRoom()) return false;
      const group = strangers.of(address, share / UNITS);
      places.set(socket, { address, group, known: false, stays: false });
      strangers.add(group, socket);
      return true;
    },
    waits: (socket) => move(socket, 'waiting'),
    works: (socket) => move(socket, 'working'),
    proves: (socket, signIn, stays = false) => {
      const place = places.get(socket);
      if (place === undefined) return;
      knownAddresses.delete(place.address);
      knownAddresses.set(place.address, true);
      if (knownAddresses.size > limits.knownAddresses) knownAddresses.delete(first(knownAddresses.keys()) ?? '');
      if (place.known && place.group.name === signIn && place.stays === stays) return;
      const { working } = place.group;
      const isWorking = stays || working.has(socket);
      (place.known ? known : strangers).remove(place.group, socket);
      const group = known.of(signIn, limits.perSignIn / UNITS);
      const idle = sizeOf(group) >= limits.perSignIn ? first(group.waiting) : undefined;
      if (idle !== undefined) close(idle, 'share');
      Object.assign(place, { group: known.of(signIn, limits.perSignIn / UNITS), known: true, stays });
      known.add(place.group, socket, isWorking);
    },
    leave: forget,
    counts: () => ({ strangers: strangers.size(), known: known.size() }),
  };
}

interface Groups<T> {
  find(name: string): Group<T> | undefined;
  /** Existing or new; a new one is kept once something is added. */
  of(name: string, perUnit: number): Group<T>;
  add(group: Group<T>, socket: T, working?: boolean): void;
  remove(group: Group<T>, socket: T): void;
  size(): number;
  /** The one that holds most for its share; of equals the one that has held it for longest. */
  greediest(): Group<T> | undefined;
  /** The longest idle of the one that holds most, or of any. */
  firstWaiting(): T | undefined;
}

/** Finds the greediest without a walk over all groups: groups of one weight stand together. */
function createGroups<T>(): Groups<T> {
  const groups = new Map<string, Group<T>>();
  const byWeight: Set<Group<T>>[] = [];
  let size = 0;

  const weigh = (group: Group<T>): number => Math.ceil(sizeOf(group) / group.perUnit);
  const changed = (group: Group<T>, before: number): void => {
    const now = weigh(group);
    if (now === before) return;
    byWeight[before]?.delete(group);
    if (now > 0) {
      while (byWeight.length <= now) byWeight.push(new Set());
      byWeight[now]?.add(group);
      groups.set(group.name, group);
    } else groups.delete(group.name);
    while (byWeight.length > 0 && byWeight.at(-1)?.size === 0) byWeight.pop();
  };
  return {
    find: (name) => groups.get(name),
    of: (name, perUnit) =>
      groups.get(name) ?? { name, perUnit: Math.max(perUnit, 1 / UNITS), waiting: new Set(), working: new Set() },
    add: (group, socket, working = false) => {
      const before = weigh(group);
      group[working ? 'working' : 'waiting'].add(socket);
      size += 1;
      changed(group, before);
    },
    remove: (group, socket) => {
      const before = weigh(group);
      if (!group.waiting.delete(socket) && !group.working.delete(socket)) return;
      size -= 1;
      changed(group, before);
    },
    size: () => size,
    greediest: () => first(byWeight.at(-1) ?? []),
    firstWaiting: () => {
      for (let weight = byWeight.length - 1; weight > 0; weight -= 1)
        for (const { waiting } of byWeight[weight] ?? []) if (waiting.size > 0) return first(waiting);
      return undefined;
    },
  };
}

const sizeOf = <T>({ waiting, working }: Group<T>): number => waiting.size + working.size;

function first<T>(all: Iterable<T>): T | undefined {
  for (const one of all) return one;
  return undefined;
}

/**
 * The newest value of each member that no rule reads, by device. Bounded: members of a device, devices, and all together,
 * where the login that has most makes room. Pure.
 */

export interface UnreadEntry {
  /** As `fields` in devices.yaml writes it. */
  readonly name: string;
  readonly sample: string | number | boolean;
  /** Told, and cannot be picked. */
  readonly isTooLong?: true;
  readonly topic: string;
  /** Arrival of the message it was last seen in, epoch ms. */
  readonly at: number;
}

interface Look {
  readonly device: string;
  readonly members: readonly Pick<UnreadEntry, 'name' | 'sample' | 'isTooLong'>[];
  readonly read: readonly string[];
  readonly used: readonly string[];
  readonly isEcho: boolean;
}

export interface Seen {
  readonly names: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
}

export interface UnreadBook {
  /** What one message said. @param login of its sender */
  add(looks: readonly Look[], from: { readonly topic: string; readonly at: number; readonly login: string }): void;
  /** Newest first; members seen together in the order of the message. */
  of(device: string): readonly UnreadEntry[];
  /** Names that were in the messages of a device, those that its `fields` reads apart; undefined: nothing was looked through. */
  seen(device: string): Seen | undefined;
  /** Devices with at least one member, the one heard last first. */
  devices(): readonly string[];
  /** Lets go of devices that are not among these, or decoded another way than before. */
  keep(isSame: (device: string) => boolean): void;
}

export interface UnreadLimits {
  readonly perDevice: number;
  readonly all: number;
}

const LIMITS: UnreadLimits = { perDevice: 64, all: 20_000 };

interface Kept {
  readonly names: Set<string>;
  readonly used: Set<string>;
  login: string;
  /** Has it said anything that is no echo? */
  speaks: boolean;
  readonly entries: Map<string, UnreadEntry & { readonly isEcho: boolean }>;
}

const newKept = (login: string): Kept => ({
  ...{ login, speaks: false },
  ...{ entries: new Map(), names: new Set(), used: new Set() },
});

export function createUnreadBook(limits: UnreadLimits = LIMITS): UnreadBook {
  /** The one heard last stands last. */
  const devices = new Map<string, Kept>();
  const sums = new Map<string, number>();
  let all = 0;

  const count = (login: string, by: number): void => {
    const sum = (sums.get(login) ?? 0) + by;
    if (sum > 0) sums.set(login, sum);
    else sums.delete(login);
    all += by;
  };
  const remove = (device: string, kept: Kept): void => {
    devices.delete(device);
    count(kept.login, -kept.entries.size);
  };
  const makeRoom = (): void => {
    while (all > limits.all) {
      const greediest = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0] as const)[0];
      const victim = [...devices].find(([, { login, entries }]) => login === greediest && entries.size > 0);
      if (victim === undefined) return;
      remove(...victim);
    }
  };
  const take = (look: Look, topic: string, at: number, login: string): void => {
    const kept = devices.get(look.device) ?? newKept(login);
    if (devices.has(look.device)) remove(look.device, kept);
    const { entries } = kept;
    for (const name of look.used) kept.used.add(name);
    for (const name of [...look.read, ...look.members.map((one) => one.name)])
      if (kept.names.size < limits.perDevice) kept.names.add(name);
    if (!look.isEcho && !kept.speaks) {
      kept.speaks = true;
      for (const [name, { isEcho }] of entries) if (isEcho) entries.delete(name);
    }
    for (const name of look.read) entries.delete(name);
    if (!(look.isEcho && kept.speaks))
      for (const member of look.members) {
        entries.delete(member.name);
        entries.set(member.name, { ...member, topic, at, isEcho: look.isEcho });
      }
    for (const name of entries.keys()) {
      if (entries.size <= limits.perDevice) break;
      entries.delete(name);
    }
    kept.login = login;
    devices.set(look.device, kept);
    count(login, entries.size);
  };
  return {
    add: (looks, { topic, at, login }) => {
      for (const look of looks) take(look, topic, at, login);
      makeRoom();
    },
    of: (device) =>
      [...(devices.get(device)?.entries.values() ?? [])]
        .map(({ isEcho: _, ...entry }) => entry)
        .sort((a, b) => b.at - a.at),
    seen: (device) => devices.get(device),
    devices: () => [...devices].flatMap(([device, { entries }]) => (entries.size > 0 ? [device] : [])).reverse(),
    keep: (isSame) => {
      for (const [device, kept] of devices) if (!isSame(device)) remove(device, kept);
    },
  };
}

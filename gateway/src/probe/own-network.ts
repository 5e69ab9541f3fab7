/**
 * Is it the camera or is it us? A gateway whose own cable is out can reach nobody, and that says nothing of five hundred
 * cameras. So the verdict on a device from which nothing at all came back waits until another device was heard after it:
 * then our side works, and the device is out. When nobody is heard, we are blind, and say so instead. Pure.
 */

export interface Outcome {
  readonly device: string;
  /** Devices behind one address are one witness. */
  readonly host: string;
  readonly heard: boolean;
  readonly unreachable: boolean;
}

export interface NetworkNews<T> {
  /** Outcomes that may be believed now, those that had to wait included. */
  readonly believed: readonly T[];
  /** Set when this changed: from now on the gateway reaches nobody, or reaches somebody again. */
  readonly blind?: boolean;
}

export interface OwnNetwork<T extends Outcome> {
  /** @param hosts how many addresses are asked in all */
  note(outcome: T, hosts: number): NetworkNews<T>;
  /** The device is asked otherwise, or no longer: nothing is said of it any more. */
  forget(device: string): void;
  isBlind(): boolean;
}

/** So many in a row from which nothing came, and nobody heard between: that is no coincidence. */
const ENOUGH_HOSTS = 16;

export function createOwnNetwork<T extends Outcome>(): OwnNetwork<T> {
  /** Hosts that failed since somebody was last heard, and whether the network itself said so. */
  const silent = new Map<string, boolean>();
  const waiting = new Map<string, T>();
  let blind = false;

  return {
    note(outcome, hosts) {
      if (outcome.heard || hosts < 2) {
        waiting.delete(outcome.device);
        const believed = [...waiting.values(), outcome];
        silent.clear();
        waiting.clear();
        const sighted = blind && { blind: false };
        blind = false;
        return { believed, ...sighted };
      }
      silent.set(outcome.host, outcome.unreachable);
      if (blind) return { believed: [] };
      waiting.set(outcome.device, outcome);
      if (silent.size < Math.min(hosts, ENOUGH_HOSTS)) return { believed: [] };
      const unreachable = [...silent.values()].filter(Boolean).length;
      if (unreachable * 2 >= silent.size || silent.size >= ENOUGH_HOSTS) {
        blind = true;
        waiting.clear();
        return { believed: [], blind };
      }
      // A few, and of none does the network say that it is away: they are silent, the way to them is not known to be cut.
      const believed = [...waiting.values()];
      waiting.clear();
      return { believed };
    },
    forget: (device) => void waiting.delete(device),
    isBlind: () => blind,
  };
}

/** Devices that bridges announced. Bounded: the login that announced most makes room, with the one it said longest ago. Pure. */
import type { AnnouncedDevice } from '#contract/http/onboarding.ts';

export interface AnnouncedBook {
  /** @param login of the bridge that said so */
  add(device: AnnouncedDevice, login: string): void;
  newestFirst(): readonly AnnouncedDevice[];
}

export function createAnnouncedBook(most: number): AnnouncedBook {
  /** The one said last stands last. */
  const devices = new Map<string, { readonly device: AnnouncedDevice; readonly login: string }>();
  const counts = new Map<string, number>();

  const remove = (key: string): void => {
    const login = devices.get(key)?.login;
    if (login === undefined) return;
    devices.delete(key);
    const left = (counts.get(login) ?? 1) - 1;
    if (left > 0) counts.set(login, left);
    else counts.delete(login);
  };
  const makeRoom = (): void => {
    const greediest = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0] as const)[0];
    for (const [key, { login }] of devices)
      if (login === greediest) {
        remove(key);
        return;
      }
  };
  return {
    add: (device, login) => {
      const key = `${device.profile}\n${device.address}`;
      remove(key);
      devices.set(key, { device, login });
      counts.set(login, (counts.get(login) ?? 0) + 1);
      if (devices.size > most) makeRoom();
    },
    newestFirst: () => [...devices.values()].map(({ device }) => device).reverse(),
  };
}

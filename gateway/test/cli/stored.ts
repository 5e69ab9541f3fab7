/** What a data folder holds after a command, looked at without the command. */
import { campusFrom } from '../../src/campus-in-force.ts';
import { withHistory } from '../../src/cli/own-folder.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Bench } from './run-houqin.ts';

type Folders = Pick<Bench, 'configDir' | 'dataDir'>;

async function opened<T>({ configDir, dataDir }: Folders, work: Parameters<typeof withHistory<T>>[2]): Promise<T> {
  const result = campusFrom(await loadConfig(configDir));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return withHistory(dataDir, () => result.campus, work);
}

export interface Stored {
  points(device: string, metric: string, from?: number, to?: number): Promise<[number, number][]>;
  /** kWh or m³ as the books tell it. */
  consumed(device: string, resource: 'electricity' | 'water', from: string, to: string): Promise<number | null>;
}

export function looking<T>(folders: Folders, look: (stored: Stored) => Promise<T>): Promise<T> {
  return opened(folders, ({ store, history }) =>
    look({
      async points(device, metric, from = 0, to = 1e14) {
        const page = await store.points({ device, metric, from, to, limit: 20_000 });
        return page.points.map(({ ts, value }): [number, number] => [ts, value]);
      },
      async consumed(device, resource, from, to) {
        const range = { from: Date.parse(from), to: Date.parse(to) };
        const answer = await history.consumption({ device, resource, ...range, step: 'month' }, range.to);
        if (!answer.ok) throw new Error(answer.en);
        return answer.value.total;
      },
    }),
  );
}

export const storedPoints = (folders: Folders, device: string, metric: string): Promise<[number, number][]> =>
  looking(folders, ({ points }) => points(device, metric));

export const consumed = (folders: Folders, ...asked: Parameters<Stored['consumed']>): Promise<number | null> =>
  looking(folders, (stored) => stored.consumed(...asked));

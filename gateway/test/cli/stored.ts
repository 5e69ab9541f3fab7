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

export function storedPoints(
  folders: Folders,
  device: string,
  metric: string,
  from = 0,
  to = 1e14,
): Promise<[number, number][]> {
  return opened(folders, async ({ store }) => {
    const page = await store.points({ device, metric, from, to, limit: 10_000 });
    return page.points.map(({ ts, value }): [number, number] => [ts, value]);
  });
}

/** kWh or m³ as the books tell it. */
export function consumed(
  folders: Folders,
  device: string,
  resource: 'electricity' | 'water',
  from: string,
  to: string,
): Promise<number | null> {
  return opened(folders, async ({ history }) => {
    const range = { from: Date.parse(from), to: Date.parse(to) };
    const answer = await history.consumption({ device, resource, ...range, step: 'month' });
    if (!answer.ok) throw new Error(answer.en);
    return answer.value.total;
  });
}

/** What `demo off` makes of the files of the demo when a school has written into them: its own stays, the demo's goes. Pure. */
import type { ConfigName } from '../config/schemas.ts';
import { type Entry, entriesOf, isShipped, isShippedFile, withoutEntries } from './demo-entries.ts';
import { emptyCampus, usualRules } from './empty-campus.ts';

type Texts = ReadonlyMap<ConfigName, string>;

export interface LeftDemo {
  readonly files: Texts;
  /** Files of the demo that were written into. */
  readonly edited: readonly ConfigName[];
  /** Own devices, and those of the demo that they hang on. */
  readonly keptDevices: readonly string[];
  readonly removedDevices: number;
  /** Places that are still as the demo has them, because campus.yaml stays. */
  readonly demoPlaces: readonly string[];
}

const COMPARED = ['campus', 'devices', 'calendar'] as const;

export function leaveDemo(files: Texts): LeftDemo {
  const text = (name: ConfigName): string => files.get(name) ?? '';
  const edited = COMPARED.filter((name) => !isShippedFile(text(name)));
  const devices = entriesOf(text('devices'), 'devices');
  const kept = keptDevices(devices);
  const removed = new Set(devices.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
  const result = { edited, keptDevices: [...kept], removedDevices: removed.size };
  // An own device stands in a place of the file, so that the file stays too.
  if (!edited.includes('campus') && kept.size === 0)
    return { ...result, files: emptied(files, edited.includes('calendar')), demoPlaces: [] };
  const next = new Map(files);
  next.set(
    'devices',
    kept.size === 0 ? (emptyCampus(files).get('devices') ?? '') : ownDevices(text('devices'), removed),
  );
  next.set('calendar', withoutEntries(text('calendar'), 'overrides', isDemoOverride));
  next.set('rules', usualRules(text('rules'), removed));
  const places = entriesOf(text('campus'), 'places').filter(({ value }) => isShipped(value));
  return { ...result, files: next, demoPlaces: places.map(({ id }) => id) };
}

/** An own calendar stays, without exceptions for places that go. */
function emptied(files: Texts, keepsCalendar: boolean): Texts {
  const empty = emptyCampus(files);
  if (!keepsCalendar) return empty;
  const isOfPlaces = (override: unknown): boolean => isDemoOverride(override) || namesPlaces(override);
  return new Map([...empty, ['calendar', withoutEntries(files.get('calendar') ?? '', 'overrides', isOfPlaces)]]);
}

const namesPlaces = (override: unknown): boolean =>
  typeof override === 'object' && override !== null && 'places' in override;

const ownDevices = (text: string, removed: ReadonlySet<string>): string =>
  withoutEntries(text, 'devices', (device) => removed.has(idOf(device)));

/** What the school wrote or changed, and whatever of the demo is named in it. */
function keptDevices(devices: readonly Entry[]): ReadonlySet<string> {
  const byId = new Map(devices.map(({ id, value }) => [id, value]));
  const kept = new Set(devices.filter(({ value }) => !isShipped(value)).map(({ id }) => id));
  for (const id of kept) for (const named of words(byId.get(id))) if (byId.has(named)) kept.add(named);
  return kept;
}

/** Every text inside a value. */
function words(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(words) : [];
}

function isDemoOverride(override: unknown): boolean {
  return words(override).some((word) => word === '演示：停用');
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '';
}

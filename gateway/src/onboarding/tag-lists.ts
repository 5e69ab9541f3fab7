/** Gateways that send a list of named values: what was picked in it is written by name, since places in it may change. */
import type { ProfileDraft } from '#contract/http/onboarding.ts';
import { NAME_BESIDE } from './field-name.ts';

type Pick = ProfileDraft['picks'][number];

/** Picks in the elements of one list, by what the element is called. */
export interface TagList {
  /** Path of the list; `.` for the whole message. */
  readonly in: string;
  /** Member that names an element, and the one that was picked. */
  readonly key: string;
  readonly value: string;
  readonly named: ReadonlyMap<string, Pick>;
}

const IN_LIST = /^([^[\]]*)\[(\d+)\]\.([^[\]]+)$/;

/** @param document the message in which the picks were made; undefined leaves them as they are */
export function tagLists(
  picks: readonly Pick[],
  document: unknown,
): { readonly lists: readonly TagList[]; readonly rest: readonly Pick[] } {
  const lists = new Map<string, TagList & { named: Map<string, Pick> }>();
  const rest = picks.filter((pick) => {
    const [, prefix = '', place = '', value = ''] = IN_LIST.exec(pick.path) ?? [];
    const elements = place === '' ? undefined : listAt(document, prefix);
    const key = elements === undefined ? undefined : nameOf(elements);
    const name = key === undefined ? undefined : elements?.[Number(place)]?.[key];
    if (key === undefined || typeof name !== 'string' || /[{}]/.test(name)) return true;
    const id = JSON.stringify([prefix, value]);
    const list = lists.get(id) ?? { in: prefix === '' ? '.' : prefix, key, value, named: new Map<string, Pick>() };
    list.named.set(name, pick);
    lists.set(id, list);
    return false;
  });
  return { lists: [...lists.values()], rest };
}

type Element = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listAt(document: unknown, prefix: string): readonly Element[] | undefined {
  const keys = prefix === '' ? [] : prefix.split('.');
  const found = keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
  return Array.isArray(found) && found.every(isObject) ? found : undefined;
}

/** The first member by which every element has a name of its own. */
function nameOf(elements: readonly Element[]): string | undefined {
  return NAME_BESIDE.find((key) => {
    const names = elements.map((element) => element[key]);
    return names.every((name) => typeof name === 'string' && name !== '') && new Set(names).size === names.length;
  });
}

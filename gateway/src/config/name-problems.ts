/** Names that are told before anything is written: in a YAML file some would only give an error about its syntax. */
import { isDisplayName } from '#contract/display-name.ts';
import type { Text } from '#contract/enums.ts';
import type { ActionResult } from '../api/api-deps.ts';

const ZH = '名称不能空白，也不能含换行、控制字符或无法显示的字符；请改写';
const EN = 'a name needs something to read, in one line, without control characters or signs that cannot be shown';

/**
 * @param names by the field of the request that has them; undefined and null are no names
 * @returns 422 with every field whose name cannot be shown; undefined when all can
 */
export function refuseNames(names: Readonly<Record<string, string | Text | null | undefined>>) {
  const paths = Object.entries(names).flatMap(([path, name]) => {
    if (name === undefined || name === null) return [];
    if (typeof name === 'string') return isDisplayName(name) ? [] : [path];
    if (name.zh === name.en) return isDisplayName(name.zh) ? [] : [path];
    return (['zh', 'en'] as const)
      .filter((language) => !isDisplayName(name[language]))
      .map((language) => `${path}.${language}`);
  });
  if (paths.length === 0) return undefined;
  return {
    ...{ ok: false, status: 422 },
    zh: `没有保存：${ZH}。`,
    en: `Nothing was saved: ${EN}.`,
    errors: paths.map((path) => ({ path, message: `${ZH} / ${EN}` })),
  } satisfies ActionResult<never>;
}

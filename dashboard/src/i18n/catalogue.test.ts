import { describe, expect, it } from 'vitest';

const modules = import.meta.glob<Record<string, unknown>>('../**/*.text.ts', { eager: true });

type Side = Record<string, string | ((...args: unknown[]) => string)>;

const isSide = (value: unknown): value is Side => typeof value === 'object' && value !== null;

function catalogues(): { name: string; zh: Side; en: Side }[] {
  return Object.entries(modules).flatMap(([file, exported]) =>
    Object.entries(exported).map(([name, value]) => {
      const sides = isSide(value) ? Object.entries(value) : [];
      const of = (language: string): Side => {
        const side: unknown = sides.find(([key]) => key === language)?.[1];
        if (!isSide(side)) throw new Error(`${file}: ${name} has no ${language}`);
        return side;
      };
      return { name: `${file}: ${name}`, zh: of('zh'), en: of('en') };
    }),
  );
}

const said = (word: Side[string] | undefined): string =>
  typeof word === 'function' ? word('7', '8', '9', '10') : (word ?? '');

describe('catalogues', () => {
  it('are found', () => {
    expect(catalogues().length).toBeGreaterThan(1);
  });

  it.each(catalogues())('$name says the same things in both languages', ({ zh, en }) => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [key, word] of Object.entries(zh)) {
      expect(typeof en[key], key).toBe(typeof word);
      expect(said(word).trim(), `zh ${key}`).not.toBe('');
      expect(said(en[key]).trim(), `en ${key}`).not.toBe('');
    }
  });

  it.each(catalogues())('$name has no Chinese left in its English', ({ en }) => {
    // The name of the other language is written in that language: whoever needs it reads only that.
    const allowed = new Set(['中文']);
    for (const [key, word] of Object.entries(en)) {
      if (!allowed.has(said(word))) expect(said(word), key).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

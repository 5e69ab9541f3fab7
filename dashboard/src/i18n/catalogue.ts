/** One page's words: plain texts, and functions for those which take an argument, so that English can form its plurals. */
type Words = Readonly<Record<string, string | ((...args: never[]) => string)>>;

export interface Catalogue<W> {
  readonly zh: W;
  readonly en: W;
}

/** A catalogue in both languages; the compiler refuses a key which only one of them has. */
export function catalogue<W extends Words>(zh: W, en: NoInfer<W>): Catalogue<W> {
  return { zh, en };
}

/** @returns The tag in the language of `words`, or as the school wrote it. */
export const tagName = (tag: string, words: Readonly<Record<string, string>>): string => words[tag] ?? tag;

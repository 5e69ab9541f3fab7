/** Tags of the shipped configuration: rules select by the tag itself, pages show it in the reader's language. */
import type { Text } from './enums.ts';

const TAGS = new Map<string, Text>(
  Object.entries({
    room: { zh: '教室', en: 'room' },
    lighting: { zh: '照明', en: 'lighting' },
    sockets: { zh: '插座', en: 'sockets' },
    fridge: { zh: '冷藏柜', en: 'fridge' },
  }),
);

const BY_WORD = new Map([...TAGS].flatMap(([tag, { zh, en }]) => [tag, zh, en].map((word) => [word, tag])));

const tagOf = (word: string): string => BY_WORD.get(word.trim().toLowerCase()) ?? word;

/** @returns The shipped tags that words stand for (教室 is room), a school's own as they are; each once. */
export const tagsOf = (words: readonly string[]): string[] => [...new Set(words.map(tagOf))];

/** @returns The tag in the reader's language, or as the school wrote it. */
export const tagName = (tag: string, language: keyof Text): string => TAGS.get(tag)?.[language] ?? tag;

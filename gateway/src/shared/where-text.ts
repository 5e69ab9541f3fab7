/** Place and device as one phrase in which nothing is said twice. Pure. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type { Registry } from './registry.ts';

const WORDS = { zh: { word: '', gap: ' ' }, en: { word: ' ', gap: ', ' } } as const;

/** Building and room, without the campus and the floor, and the device. */
export function whereText(device: DeviceConfig, registry: Registry): Text {
  const path = registry
    .placePath(device.place)
    .flatMap((id) => registry.places.get(id) ?? [])
    .filter((place, index) => index === 0 || (place.kind !== 'campus' && place.kind !== 'floor'))
    .slice(0, 2)
    .toReversed();
  const phrase = (lang: keyof Text): string =>
    phraseOf([...path.map(({ name }) => name[lang]), device.name[lang]], lang);
  return { zh: phrase('zh'), en: phrase('en') };
}

/** @param parts from the largest place to the device: 明德楼, 明德楼一层, 明德楼监控交换机 is 明德楼一层监控交换机 */
export function phraseOf(parts: readonly string[], language: keyof Text): string {
  const told = parts.filter((part, index) => !parts.slice(index + 1).some((later) => later.includes(part)));
  const [first = '', ...rest] = told;
  return rest.reduce((before, part) => joined(before, part, language), first);
}

/** What the second part repeats, of the beginning or the end of what stands before it, is left out. */
function joined(before: string, part: string, language: keyof Text): string {
  const { word, gap } = WORDS[language];
  const [said, next] = [before.split(word), part.split(word)];
  const differs = next.findIndex((one, index) => one !== said[index]);
  const shared = Math.max(differs, overlap(said, next));
  return next.slice(0, shared).join(word).length < 2
    ? `${before}${gap}${part}`
    : `${before}${word}${next.slice(shared).join(word)}`;
}

/** How many of `said`'s last are `next`'s first. */
function overlap(said: readonly string[], next: readonly string[]): number {
  for (let length = Math.min(said.length, next.length - 1); length > 0; length -= 1) {
    if (said.slice(-length).every((one, index) => one === next[index])) return length;
  }
  return 0;
}

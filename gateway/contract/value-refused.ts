/**
 * What the quarantine says of a value that `fields` of devices.yaml gives a metric and that is none of it. The wire has one
 * English sentence; pages say it with the metric's name, in the reader's language.
 */

export interface ValueRefused {
  /** As `fields` writes it. */
  readonly name: string;
  /** What stood in the message, shortened. */
  readonly said: string;
  readonly metric: string;
}

export const valueRefusedText = ({ name, said, metric }: ValueRefused): string =>
  `${name} says ${said}, which cannot be taken for ${metric}`;

const SENTENCE = /^(.+?) says (.+), which cannot be taken for ([a-z0-9_]+)$/s;

/** @returns undefined for any other sentence */
export function parseValueRefused(detail: string): ValueRefused | undefined {
  const [, name, said, metric] = SENTENCE.exec(detail) ?? [];
  return name === undefined || said === undefined || metric === undefined ? undefined : { name, said, metric };
}

/** Config texts that cost most to check for their size: many keys, many entries, deep nesting, long chains, wrong references. */
const fill = (bytes: number, line: (n: number) => string): string => {
  const lines: string[] = [];
  for (let n = 0, size = 0; size < bytes; n += 1) {
    const next = line(n);
    lines.push(next);
    size += next.length + 1;
  }
  return `${lines.join('\n')}\n`.slice(0, bytes);
};

/** @param bytes about how long; cut there, so the last line may be half a line */
export const worstTexts = (bytes: number): Readonly<Record<string, string>> => ({
  'unknown keys': fill(bytes, (n) => `k${n}: 1`),
  'one key again and again': fill(bytes, () => 'k0: 1'),
  'empty maps': `rules:\n${fill(bytes - 7, () => '- {}')}`,
  'numbers for maps': `devices:\n${fill(bytes - 9, () => '- 1')}`,
  'open brackets': '['.repeat(bytes),
  'open quotes': '"'.repeat(bytes),
  dashes: '- '.repeat(bytes / 2),
  tags: '!a '.repeat(bytes / 3),
  anchors: fill(bytes, (n) => `k${n}: &a${n} 1`),
  comments: fill(bytes, () => '#'),
  'a very long key': `${'k'.repeat(bytes - 4)}: 1\n`,
  'rules of the wrong kind': `rules:\n${fill(bytes - 7, (n) => `- {id: r${n}, name: a, kind: closed-hour-power}`)}`,
});

/** Texts of devices.yaml whose entries are well-formed. */
export const worstDevices = (bytes: number, place: string): Readonly<Record<string, string>> => {
  const whole = (line: (n: number) => string): string => {
    const body = fill(bytes - 9, line);
    return `devices:\n${body.slice(0, body.lastIndexOf('\n', body.length - 2) + 1)}`;
  };
  return {
    'places that are not there': whole((n) => `- {id: d${n}, name: a, kind: door, place: nowhere-at-all-${n}}`),
    'a chain of dependencies': whole(
      (n) => `- {id: d${n}, name: a, kind: door, place: ${place}, dependsOn: [d${n + 1}]}`,
    ),
    'one id for all': whole(() => `- {id: d0, name: a, kind: door, place: ${place}}`),
    'all of them behind two': whole((n) => `- {id: d${n}, name: a, kind: door, place: ${place}, dependsOn: [d0, d1]}`),
  };
};

/** So many rules, each of which selects every device. */
export const rulesFor = (count: number): string =>
  `rules:\n${Array.from({ length: count }, (_, n) => `- {id: w${n}, name: a, kind: silent, intervals: ${(n % 90) + 3}}`).join('\n')}\n`;

/** Rules that are right, each of which selects every device. */
export const worstRules = (bytes: number): string => {
  const body = fill(bytes - 7, (n) => `- {id: r${n}, name: a, kind: threshold, metric: power_w, above: ${n}}`);
  return `rules:\n${body.slice(0, body.lastIndexOf('\n', body.length - 2) + 1)}`;
};

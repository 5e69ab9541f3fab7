/** The part of gateway/docs/add-a-device.md that is made from the table of ecosystems. */
import { type Access, type Ecosystem, type LineBlock, prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ECOSYSTEMS } from '#contract/ecosystems/ecosystems.ts';
import type { Text } from '#contract/enums.ts';

const MARKS = ['<!-- ecosystems -->', '<!-- /ecosystems -->'] as const;

/** The page with that part as the table has it. */
export function withEcosystems(page: string): string {
  const [start, end] = MARKS.map((mark) => page.indexOf(mark));
  if (start === undefined || end === undefined || start === -1 || end < start)
    throw new Error(`${MARKS.join(' … ')} are missing`);
  const head = '| 它 · it | 前缀 · prefixes | 登录的种类 · kind | 用户名（可改）· user name | `profile` |';
  const table = [head, '|---|---|---|---|---|', ...ECOSYSTEMS.map(row)].join('\n');
  const blocks = ECOSYSTEMS.map(section).join('\n\n');
  return `${page.slice(0, start + MARKS[0].length)}\n\n${table}\n\n${blocks}\n\n${page.slice(end)}`;
}

const both = ({ zh, en }: Text): string => (zh === en ? zh : `${zh} · ${en}`);
const code = (text: string): string => `\`${text}\``;

function row({ name, prefixes, kind, login, profiles }: Ecosystem): string {
  const own = kind === 'device' ? `${code('campus/v1/<site>/<id>/readings')} …` : prefixes.map(code).join(' ');
  const user = kind === 'device' ? '设备编号 · device id' : code(login);
  const none = kind === 'integration' ? '–' : '在网页上点选 · in the wizard';
  const known = profiles.length === 0 ? none : profiles.map(code).join(' ');
  return `| ${[both(name), own, code(kind), user, known].join(' | ')} |`;
}

function section(ecosystem: Ecosystem): string {
  const { name, notes, optional, lines } = ecosystem;
  const plain = (text: string): string => text.replaceAll('<', '&lt;');
  const more = optional.map(({ prefix, when }) => `另可加 · may be added: ${code(prefix)}，${both(when)}.`);
  return [
    [`**${both(name)}**：${plain(notes.zh)}`, plain(notes.en), ...more].join('\n'),
    ...lines(accessOf(ecosystem)).map(block),
  ].join('\n\n');
}

function accessOf(ecosystem: Ecosystem): Access {
  const { kind, login } = ecosystem;
  return {
    ...{
      host: '192.168.1.10',
      port: 1883,
      user: kind === 'device' ? 'water-cellar' : login,
      secret: 'SECRET',
      site: 'main',
    },
    prefixes: prefixesOf(ecosystem, ''),
  };
}

function block(lines: LineBlock): string {
  const text =
    'text' in lines ? lines.text : lines.fields.map(({ name, value }) => `${both(name)}: ${value}`).join('\n');
  return `${both(lines.title)}:\n\n\`\`\`text\n${text}\n\`\`\``;
}

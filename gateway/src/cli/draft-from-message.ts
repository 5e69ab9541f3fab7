/** A profile drafted from one captured message, with what was made of each of its fields said on top. */
import type { MessageField } from '#contract/http/onboarding.ts';
import { metricInfo } from '#contract/metrics.ts';
import { compileProfiles } from '../decode/compile-profiles.ts';
import { decoderOf } from '../decode/profile-test.ts';
import { describeMessage } from '../onboarding/describe-message.ts';
import { draftYaml } from '../onboarding/draft-profile.ts';
import { suggestDraft } from '../onboarding/suggest-draft.ts';
import type { CapturedMessage } from './captured-message.ts';
import { cannot } from './command-refusal.ts';

/** @returns YAML whose own test passes. @throws CommandRefusal when there is nothing in the message to read */
export function draftFromMessage(id: string, message: CapturedMessage): string {
  const described = describeMessage({ ...message, others: [] });
  if (described.decode === 'binary')
    throw cannot(
      '这条报文是二进制，不能起草：若是 DL/T 645、CJ/T 188、M-Bus 或 Modbus，用现成的模板。',
      'These are bytes, and no draft can be made of them: for DL/T 645, CJ/T 188, M-Bus or Modbus take the shipped profile.',
    );
  const draft = suggestDraft(id, message.topic, described);
  if (draft === undefined) throw nothingIn(message.topic);
  const blank = draftYaml(draft, [{ ...message, readings: [] }], message.payload);
  const { profiles, problems } = compileProfiles(new Map([[`${id}.yaml`, blank]]));
  if (problems[0] !== undefined) throw cannot(problems[0].message.zh, problems[0].message.en);
  const { readings } = decoderOf(profiles).trace({ ...message, payload: Buffer.from(message.payload) });
  if (readings.length === 0) throw nothingIn(message.topic);
  const [first = '', ...body] = draftYaml(draft, [{ ...message, readings }], message.payload).split('\n');
  return [
    first,
    ...remarks(message.topic, described.fields, new Set(described.times.map(({ path }) => path))),
    ...body,
  ].join('\n');
}

const nothingIn = (topic: string): Error =>
  cannot(
    `${topic} 的报文里没有数值，不能起草；不带 --from 写一份模板，自己填。`,
    `The message of ${topic} holds no value to draft from; write a profile without --from and fill it in.`,
  );

const MAX_LINES = 60;

/** What nobody can check for the school: units, and fields that were left out. */
function remarks(topic: string, fields: readonly MessageField[], times: ReadonlySet<string>): string[] {
  const used = fields.filter(({ metric }) => metric !== null);
  const unused = fields.filter(({ metric, path }) => metric === null && !times.has(path) && !/\[\d/.test(path));
  const left = used.length > 0 ? '没有用上 not used' : '报文里有 the message holds';
  const lines = [
    `起草自 drafted from ${topic}`,
    used.length > 0
      ? '逐条核对单位，并与表盘对照 · check every unit, and compare with the display:'
      : '没有认得出的量：数值按原名收下，在 devices.yaml 的 fields 里写明是什么 · nothing is recognised: numbers keep their names, say under `fields` in devices.yaml what they are',
    ...used.slice(0, MAX_LINES).map((field) => remark(field)),
    ...(unused.length === 0 ? [] : [`${left}: ${unused.slice(0, MAX_LINES).map(shown).join('; ')}`]),
    ...unused
      .flatMap(({ path, note }) => (note === null ? [] : [`${path}：${note.zh} · ${note.en}`]))
      .slice(0, MAX_LINES),
    ...hints(topic, unused),
  ];
  return lines.map((line) => `# ${line.replaceAll(/\s+/g, ' ').slice(0, 1_000)}`);
}

/** What a topic and single fields cannot say, and a person can add in a line. */
function hints(topic: string, fields: readonly MessageField[]): string[] {
  const plain = (text: string): string => text.replaceAll(/[:-]/g, '').toLowerCase();
  return fields.flatMap(({ path, sample }) => {
    if (typeof sample !== 'string') return [];
    if (/^\s*[{[]"?/.test(sample) && !path.includes('.'))
      return [
        `${path} 是文字里的 JSON：规则里加 unpack: ${path} · ${path} is JSON as text: add unpack: ${path} to the rule`,
      ];
    return DEVICE_KEY.test(path) && !plain(topic).includes(plain(sample))
      ? [`设备编号若是 ${path}，规则里写 device: {path: ${path}} · if ${path} names the device, say so`]
      : [];
  });
}

const DEVICE_KEY =
  /(?:^|[._])(?:sn|imei|mac|dev_?eui|device_?(?:id|sn|name|no)|dev_?id|meter_?(?:id|no|sn)|addr|serial\w*|\w*code|表号|设备编?号|编号)$/i;

const shown = ({ path, sample }: MessageField): string => `${path} ${JSON.stringify(sample).slice(0, 40)}`;

function remark(field: MessageField): string {
  const { metric, scale, note } = field;
  const info = metric === null ? undefined : metricInfo(metric);
  const unit = info === undefined || info.unit === '' ? '' : ` ${info.unit}`;
  const doubt = note === null ? '' : `（${note.zh} · ${note.en}）`;
  return `${shown(field)}${scale === null ? '' : ` × ${scale}`} → ${metric}${unit} ${info?.name.zh ?? ''}${doubt}`;
}

/** `houqin profile new ID`: a profile to begin with, every line explained or drafted from a message, its own test passing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROFILE_SCHEMA_LINE } from '#contract/config/profile.ts';
import { ID_PATTERN } from '#contract/topics.ts';
import { PROFILES_FOLDER } from '../config/schemas.ts';
import type { Environment } from '../shared/environment.ts';
import { capturedMessage } from './captured-message.ts';
import type { Command } from './command.ts';
import { cannot, messageOf, usage } from './command-refusal.ts';
import { draftFromMessage } from './draft-from-message.ts';
import { parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';

const HELP = `usage: houqin profile new ID [--from TOPIC | --from FILE --topic TOPIC] [--json]

在 HOUQIN_CONFIG/profiles 里写一份带说明的模板，自带的测试已通过；照着改成你的设备。
--from 主题：用运行中的网关保留的最新一条报文起草；--from 文件 --topic 主题：用文件里的报文。起草的指标和换算请逐条核对；认不出的数值按原名收下（fields）。
Writes a commented profile into HOUQIN_CONFIG/profiles; its own test passes. Change it into your device's.
--from TOPIC drafts it from the newest message that the running gateway keeps of a topic, --from FILE --topic TOPIC from
a captured payload. Check every metric and scale that it proposes; what it does not recognise keeps its name (fields).
--json: {"file"}

examples:
  houqin profile new acme-water
  houqin profile new acme-water --from watermeter/WM2301/data
  houqin profile new acme-water --from payload.json --topic watermeter/WM2301/data
  houqin profile test config/profiles/acme-water.yaml`;

export const profileNewCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      { json: { type: 'boolean', default: false }, from: { type: 'string' }, topic: { type: 'string' } },
      { min: 1, max: 1 },
    );
    const [id = ''] = positionals;
    if (!ID_PATTERN.test(id) || id === 'native') {
      throw usage(
        '编号只用小写字母、数字和连字符，且不能是 native。',
        'An id has lower-case letters, digits and hyphens, and is not native.',
      );
    }
    const environment = environmentOf(io);
    const file = join(environment.configDir, PROFILES_FOLDER, `${id}.yaml`);
    const text = values.from === undefined ? skeleton(id) : await drafted(id, values.from, values.topic, environment);
    try {
      await writeFile(file, text, { flag: 'wx' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
        throw cannot(
          `${file} 已经有了：改它，或换一个编号。`,
          `${file} is there already: edit it, or take another id.`,
        );
      throw cannot(`写不了 ${file}：${messageOf(error)}`, `${file} cannot be written: ${messageOf(error)}`);
    }
    if (values.json) io.out(JSON.stringify({ file }));
    else io.out(`${file}\n试一试 / try it: houqin profile test ${file}`);
    return 0;
  },
};

async function drafted(id: string, from: string, topic: string | undefined, environment: Environment): Promise<string> {
  return draftFromMessage(id, await capturedMessage(from, topic, await dataDirOf(environment)));
}

const skeleton = (id: string): string => `${PROFILE_SCHEMA_LINE}
# ${id}：它的报文如何变成读数 · how its messages become readings. 全部写法 / all that can be said: gateway/docs/add-a-device.md
id: ${id}
name: {zh: ${id}, en: ${id}}
rules:
  - id: data
    match: "${id}/{device}/data"       # {device} 是 devices.yaml 里的 address · the address in devices.yaml
    ts: {path: t, unit: s}             # 设备时间：s ms iso local…；没有就删去 · device time; delete it when there is none
    emit:
      - {metric: energy_total_kwh, path: energy.total, scale: 1/1000}   # 瓦时换成千瓦时 · Wh to kWh
      - {metric: power_w, path: power}
      - {metric: door_open, path: contact, map: {open: 1, closed: 0}, when_present: contact}
  - id: log
    match: "${id}/{device}/log"
    ignore: true                       # 认识，但用不着 · known and of no interest

# 从“未识别报文”抄一条真实报文，手工算出应得的读数 · copy a real message from “Unknown messages” and work out by hand what must come out
tests:
  - id: first-message
    topic: ${id}/A1/data
    at: "2026-03-02T08:00:05+08:00"    # 何时收到 · when it arrived
    payload: {t: 1772409600, energy: {total: 1234567}, power: 812.5}
    expect:                            # 必须正好是这些 · exactly these
      - {device: A1, metric: energy_total_kwh, value: 1234.567, ts: "2026-03-02T08:00:00+08:00"}
      - {device: A1, metric: power_w, value: 812.5, ts: "2026-03-02T08:00:00+08:00"}
  - {id: log-is-noise, topic: ${id}/A1/log, payload: started, expect: []}
`;

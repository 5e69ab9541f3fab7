/** Config edits as people make them in the dashboard: written, taken over, or refused with a sentence. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ActionResult, ApiDeps } from '../api/api-deps.ts';
import type { Clock } from '../shared/clock.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { appendDevices } from './append-devices.ts';
import type { ConfigFiles, WriteResult } from './config-files.ts';

export type ConfigEdits = Pick<ApiDeps, 'configFile' | 'writeConfigFile' | 'addDevices'>;

export interface ConfigEditsSetup {
  readonly files: ConfigFiles;
  readonly clock: Clock;
  /** Resolves when the written files are in force. */
  takeOver(): Promise<void>;
}

type Refusal = ActionResult<never> & { readonly ok: false; readonly problems?: readonly ConfigProblem[] };

export function createConfigEdits({ files, clock, takeOver }: ConfigEditsSetup): ConfigEdits {
  const write: ConfigEdits['writeConfigFile'] = async (name, text, etag, who) => {
    const result = await files.write(name, { text, etag, who, at: clock.now() });
    if (!result.ok) return refusal(name, result);
    await takeOver();
    return { ok: true, value: { etag: result.etag } };
  };
  return {
    configFile: (name) => files.read(name),
    writeConfigFile: write,
    async addDevices(devices: readonly DeviceConfig[], who) {
      const current = await files.read('devices');
      const result = await write('devices', appendDevices(current.text, devices), current.etag, who);
      return result.ok ? { ok: true, value: { added: devices.length } } : result;
    },
  };
}

function refusal(name: string, result: WriteResult & { readonly ok: false }): Refusal {
  switch (result.reason) {
    case 'changed':
      return {
        ok: false,
        status: 409,
        zh: `${name}.yaml 已被别人修改，请重新载入后再改。`,
        en: `${name}.yaml was changed meanwhile; load it again and repeat your edit.`,
      };
    case 'read-only':
      return {
        ok: false,
        status: 409,
        zh: `${name}.yaml 是只读的，请在服务器上修改。`,
        en: `${name}.yaml is read-only here; edit it on the server.`,
      };
    case 'invalid':
      return {
        ok: false,
        status: 422,
        zh: `${name}.yaml 有 ${result.problems.length} 处问题，没有保存。`,
        en: `${name}.yaml has ${result.problems.length} problem(s) and was not saved.`,
        errors: result.problems.map((problem) => ({
          path: `${problem.file}:${problem.line}${problem.path === '' ? '' : ` ${problem.path}`}`,
          message: `${problem.message.zh} / ${problem.message.en}`,
        })),
        problems: result.problems,
      };
  }
}

/** Config edits as people make them in the dashboard: written, taken over, or refused with a sentence. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ActionResult, ApiDeps } from '../api/api-deps.ts';
import type { Clock } from '../shared/clock.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { appendDevices } from './append-devices.ts';
import type { ConfigFiles, NewProfile, WriteResult } from './config-files.ts';

export interface ConfigEdits extends Pick<ApiDeps, 'configFile' | 'writeConfigFile' | 'addDevices'> {
  /** A device together with the new profile that decodes it: both are in force afterwards, or neither. */
  addWithProfile(
    profile: NewProfile,
    device: DeviceConfig,
    who: string,
  ): Promise<ActionResult<{ readonly added: number }>>;
  /** What devices.yaml would be refused for, if these were added; nothing is written. Paths: `devices[n]`, n from `first`. */
  checkDevices(
    devices: readonly DeviceConfig[],
  ): Promise<{ readonly first: number; readonly problems: readonly ConfigProblem[] }>;
  /** Changes the text of devices.yaml. */
  editDevices(change: (text: string) => string, who: string): Promise<ActionResult<unknown>>;
}

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
    async addWithProfile(profile, device, who) {
      const { text, etag } = await files.read('devices');
      const edit = { text: appendDevices(text, [device]), etag, who, at: clock.now() };
      const result = await files.writeWithProfile(profile, edit);
      if (!result.ok) return refusal('devices', result);
      await takeOver();
      return { ok: true, value: { added: 1 } };
    },
    async checkDevices(devices) {
      const { text } = await files.read('devices');
      const result = await files.check('devices', appendDevices(text, devices));
      const before = await files.check('devices', text);
      const first = before.ok ? before.config.registry.devices.size : 0;
      return { first, problems: result.ok ? [] : result.problems };
    },
    async editDevices(change, who) {
      const { text, etag } = await files.read('devices');
      return write('devices', change(text), etag, who);
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

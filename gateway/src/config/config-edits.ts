/** Config edits as people make them in the dashboard: written, taken over, or refused with a sentence. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ActionResult, ApiDeps } from '../api/api-deps.ts';
import type { Clock } from '../shared/clock.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import type { ConfigFiles, NewProfile, WriteResult } from './config-files.ts';
import { type ConfigWork, configWorkHere } from './config-work.ts';
import type { LoginChange } from './edit-logins.ts';
import { refuseNames } from './name-problems.ts';
import type { ConfigTexts } from './parse-config.ts';
import type { DeviceFields } from './set-device-fields.ts';
import type { Edited } from './verified-edit.ts';

export interface ConfigEdits
  extends Pick<ApiDeps, 'configFile' | 'writeConfigFile' | 'addDevices' | 'editDevice' | 'addPlace'> {
  /** A device together with the new profile that decodes it: both are in force afterwards, or neither. */
  addWithProfile(
    profile: NewProfile,
    device: DeviceConfig,
    who: string,
  ): Promise<ActionResult<{ readonly added: number }>>;
  /** All files as they are now. */
  texts(): Promise<ConfigTexts>;
  /** Changes the logins in devices.yaml. 409 when the file has nothing to change: it is no longer the one in force. */
  editLogins(change: LoginChange, who: string): Promise<ActionResult<unknown>>;
  /** Writes another serial of a device into devices.yaml. */
  setSerial(device: string, serial: string, who: string): Promise<ActionResult<unknown>>;
  /** Adds to the `fields` of a device in devices.yaml. 409 when the device is no longer in the file. */
  setFields(device: string, fields: DeviceFields, who: string): Promise<ActionResult<unknown>>;
}

export interface ConfigEditsSetup {
  readonly files: ConfigFiles;
  readonly clock: Clock;
  readonly work?: ConfigWork;
  /** Resolves when the written files are in force. */
  takeOver(): Promise<void>;
}

type Refusal = ActionResult<never> & { readonly ok: false; readonly problems?: readonly ConfigProblem[] };

export function createConfigEdits({ files, clock, takeOver, work = configWorkHere }: ConfigEditsSetup): ConfigEdits {
  const write: ConfigEdits['writeConfigFile'] = async (name, text, etag, who) => {
    const result = await files.write(name, { text, etag, who, at: clock.now() });
    if (!result.ok) return refusal(name, result);
    await takeOver();
    return { ok: true, value: { etag: result.etag } };
  };
  const writeEdited = async (before: string, edited: Edited, etag: string, who: string) => {
    if (edited.kind === 'shared') return sharedByAnchor(edited.settings);
    return edited.text === before ? OUTDATED : write('devices', edited.text, etag, who);
  };
  return {
    configFile: (name) => files.read(name),
    writeConfigFile: write,
    async addDevices(devices: readonly DeviceConfig[], who) {
      const refused = refuseNames(Object.fromEntries(devices.map(({ name }, n) => [`devices.${n}.name`, name])));
      if (refused) return refused;
      const current = await files.read('devices');
      const result = await write('devices', await work.append(current.text, devices), current.etag, who);
      return result.ok ? { ok: true, value: { added: devices.length } } : result;
    },
    async addWithProfile(profile, device, who) {
      const refused = refuseNames({ name: device.name });
      if (refused) return refused;
      const { text, etag } = await files.read('devices');
      const edit = { text: await work.append(text, [device]), etag, who, at: clock.now() };
      const result = await files.writeWithProfile(profile, edit);
      if (!result.ok) return refusal('devices', result);
      await takeOver();
      return { ok: true, value: { added: 1 } };
    },
    texts: () => files.texts(),
    async editDevice(edit, who) {
      const { name, custodian } = edit.change;
      const refused = refuseNames({ name, custodian });
      if (refused) return refused;
      const { text, etag } = await files.read('devices');
      const edited = await work.editDevice(text, edit);
      if (edited.kind === 'gone') return OUTDATED;
      if (edited.kind === 'changed') return changedMeanwhile(edited.settings);
      if (edited.kind === 'shared') return sharedByAnchor(edited.settings);
      return atFields(await write('devices', edited.text, etag, who), 'devices');
    },
    async addPlace(place, who) {
      const refused = refuseNames({ name: place.name });
      if (refused) return refused;
      const { text, etag } = await files.read('campus');
      return atFields(await write('campus', await work.appendPlace(text, place), etag, who), 'places');
    },
    async editLogins(change, who) {
      const { text, etag } = await files.read('devices');
      const edited = await work.editLogins(text, change);
      return writeEdited(text, edited, etag, who);
    },
    async setSerial(device, serial, who) {
      const { text, etag } = await files.read('devices');
      const edited = await work.setSerial(text, device, serial);
      return writeEdited(text, edited, etag, who);
    },
    async setFields(device, fields, who) {
      const { text, etag } = await files.read('devices');
      const edited = await work.setFields(text, device, fields);
      return writeEdited(text, edited, etag, who);
    },
  };
}

const OUTDATED: Refusal = {
  ...{ ok: false, status: 409 },
  zh: 'devices.yaml 已被别人修改，还没有生效；请稍等，刷新后再改。',
  en: 'devices.yaml was changed meanwhile and is not in force yet; wait a moment, reload and try again.',
};

function changedMeanwhile(settings: readonly string[]): Refusal {
  return {
    ...{ ok: false, status: 409 },
    zh: '这台设备已被别人修改，没有保存；请关闭后重新打开再改。',
    en: 'Somebody else changed this device meanwhile, so nothing was saved; close this form, open it again and repeat your edit.',
    errors: settings.map((path) => ({ path, message: '已被别人修改 / changed by somebody else' })),
  };
}

function sharedByAnchor(settings: readonly string[]): Refusal {
  const listed = settings.join(', ');
  return {
    ...{ ok: false, status: 422 },
    zh: `没有保存：devices.yaml 里 ${listed} 的值带有锚点（&），别处用 * 引用它；请在 devices.yaml 里修改。`,
    en: `Nothing was saved: in devices.yaml the value of ${listed} carries an anchor (&) that is used elsewhere (*); edit it in devices.yaml.`,
    errors: settings.map((path) => ({
      path,
      message: '与别处共用，请在文件里修改 / shared by an anchor, edit it in the file',
    })),
  };
}

type Written = Awaited<ReturnType<ConfigEdits['writeConfigFile']>>;

/** A refusal by the fields of the entry, which is what a form shows, and not by the lines of the file. */
function atFields(written: Written, list: string): Written {
  const [first] = written.ok ? [] : (written.problems ?? []);
  if (written.ok || first === undefined) return written;
  const field = new RegExp(`^${list}\\[\\d+\\]\\.`);
  const errors = written.problems?.map(({ path, message }) => ({
    path: path.replace(field, ''),
    message: `${message.zh} / ${message.en}`,
  }));
  return {
    ...written,
    zh: `没有保存：${first.message.zh}。`,
    en: `Nothing was saved: ${first.message.en}.`,
    ...(errors === undefined ? {} : { errors }),
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
        zh: `${name}.yaml 有 ${result.problemCount} 处问题，没有保存。${listedZh(result)}`,
        en: `${name}.yaml has ${result.problemCount} problem(s) and was not saved.${listedEn(result)}`,
        errorCount: result.problemCount,
        errors: result.problems.map((problem) => ({
          path: `${problem.file}:${problem.line}${problem.path === '' ? '' : ` ${problem.path}`}`,
          message: `${problem.message.zh} / ${problem.message.en}`,
        })),
        problems: result.problems,
      };
  }
}

interface Listed {
  readonly problems: readonly unknown[];
  readonly problemCount: number;
}

const listedZh = ({ problems, problemCount }: Listed): string =>
  problems.length < problemCount ? `下面是前 ${problems.length} 处。` : '';
const listedEn = ({ problems, problemCount }: Listed): string =>
  problems.length < problemCount ? ` The first ${problems.length} are listed.` : '';

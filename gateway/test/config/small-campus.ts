import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigTexts } from '../../src/config/parse-config.ts';
import type { ConfigName } from '../../src/config/schemas.ts';

/** The smallest campus that is whole; a test changes one file of it. */
export const SMALL: Readonly<Record<ConfigName, string>> = {
  gateway: 'demo: false\n',
  campus: `name: 学校
sites: [{ id: main, name: 本部 }]
places:
  - { id: campus, kind: campus, name: 校园 }
  - { id: hall, kind: building, name: 礼堂, parent: campus, profile: classroom }
`,
  devices: `# 设备
devices:
  - { id: meter-1, kind: electricity-meter, name: 电表, place: hall }

  # 监控
  - { id: switch-1, kind: switch, name: 交换机, place: hall } # 弱电间
  - id: camera-1
    kind: camera
    name: { zh: 摄像头, en: Camera }
    place: hall
    dependsOn:
      - switch-1 # 上联
# 完
`,
  calendar: `holidays: none
bells: { school: [{ id: noon, name: 午休, from: '12:00', to: '14:00' }] }
placeProfiles:
  classroom: { name: 教室, open: { school: ['07:00-22:00'] } }
`,
  rules: `rules:
  - { id: left-on, name: 未关, kind: closed-hours-power, aboveW: 300, select: { kind: electricity-meter } }
`,
  tariffs: `defaults: { electricity: school }
tariffs:
  - { priceClass: school, name: 学校, resource: electricity, prices: [{ from: 2020-01-01, yuan: 0.5 }] }
`,
};

export function textsOf(over: Partial<Record<ConfigName, string>> = {}): ConfigTexts {
  const files = new Map(Object.entries({ ...SMALL, ...over }) as [ConfigName, string][]);
  return { files, profiles: new Map(), holidaysCsv: undefined };
}

export interface ConfigFolder extends AsyncDisposable {
  readonly dir: string;
  readonly data: string;
  put(file: string, text: string): Promise<void>;
}

/** A config folder of its own for one test, with the small campus or a copy of another folder. */
export async function configFolder(from?: string): Promise<ConfigFolder> {
  const root = await mkdtemp(join(tmpdir(), 'houqin-config-'));
  const dir = join(root, 'config');
  if (from === undefined) {
    await mkdir(dir);
    for (const [name, text] of Object.entries(SMALL)) await writeFile(join(dir, `${name}.yaml`), text);
  } else {
    await cp(from, dir, { recursive: true });
  }
  return {
    dir,
    data: join(root, 'data'),
    put: (file, text) => writeFile(join(dir, file), text),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The columns of a device list as the templates name them; the gateway reads these and many headings more. */
export interface ImportColumn {
  /** As devices.yaml and the gateway's errors call it. */
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly isNeeded: boolean;
  /** What may stand in it. */
  readonly hint: { readonly zh: string; readonly en: string };
}

const needed = true;
const column = (
  name: string,
  [zh, en]: readonly [string, string],
  hint: readonly [string, string],
  isNeeded = false,
) => ({
  name,
  zh,
  en,
  isNeeded,
  hint: { zh: hint[0], en: hint[1] },
});

export const importColumns: readonly ImportColumn[] = [
  column('id', ['编号', 'id'], ['小写字母、数字、连字符', 'lower-case letters, digits, hyphens'], needed),
  column('name', ['名称', 'name'], ['显示名称', 'display name'], needed),
  column(
    'name.en',
    ['名称（英文）', 'name (en)'],
    ['英文界面显示的名称；不填同名称', 'name in English; the name when empty'],
  ),
  column(
    'kind',
    ['类型', 'kind'],
    [
      '电表、水表、门磁、摄像头、交换机、录像机、传感器',
      'electricity meter, water meter, door, camera, switch, nvr, sensor',
    ],
    needed,
  ),
  column('place', ['位置', 'place'], ['地点的名称或编号，如“教学楼 101 教室”', 'name or id of a place'], needed),
  column(
    'profile',
    ['数据格式', 'profile'],
    ['数据格式的名称或编号；不填为本系统格式', 'name or id of a data format; native when empty'],
  ),
  column(
    'address',
    ['地址', 'address'],
    ['表号、DevEUI 或主题里的名字；不填同编号', 'meter number, DevEUI or name in the topic; the id when empty'],
  ),
  column(
    'intervalS',
    ['间隔', 'interval'],
    ['秒数，或 15分钟、1小时；不填为 60 秒', 'seconds, or 15min, 1h; 60 s when empty'],
  ),
  column('custodian', ['责任人', 'custodian'], ['责任班组或人', 'person or team responsible']),
  column(
    'dependsOn',
    ['上级设备', 'dependsOn'],
    ['编号，如所接的交换机；多个用分号隔开', 'ids, such as its switch; separated by semicolons'],
  ),
  column('register.digits', ['位数', 'digits'], ['表盘整数位数，如 6', 'whole digits of the register, such as 6']),
  column('ratio', ['倍率', 'ratio'], ['80、400/5，或 CT 80 PT 100', '80, 400/5, or CT 80 PT 100']),
  column(
    'tags',
    ['标签', 'tags'],
    [
      '多个用分号隔开；标签本身带逗号、顿号或分号的，用英文双引号括起来',
      'separated by semicolons; a tag with a comma or semicolon inside stands in double quotes',
    ],
  ),
  column('manufacturer', ['厂家', 'manufacturer'], ['', '']),
  column('model', ['型号', 'model'], ['', '']),
  column('serial', ['序列号', 'serial'], ['', '']),
];

/** A heading as it stands in the file, or one of the gateway's names as the reader's language has it. */
export function headingOf(name: string, language: 'zh' | 'en'): string {
  return importColumns.find((one) => one.name === name)?.[language] ?? name;
}

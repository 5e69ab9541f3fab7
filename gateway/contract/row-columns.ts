/** Columns of a device list: as devices.yaml names them, or as a school's own lists do. Read by gateway and dashboard. */

export const COLUMNS = [
  'id',
  'name',
  'name.en',
  'kind',
  'profile',
  'address',
  'place',
  'site',
  'custodian',
  'intervalS',
  'manufacturer',
  'model',
  'serial',
  'ratio',
  'dependsOn',
  'tags',
  'priceClass',
  'upTopic',
  'downTopic',
  'register.digits',
  'register.ratedMax',
  'register.unit',
  'register.step',
] as const;
export type Column = (typeof COLUMNS)[number];

const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  id: ['编号', '设备编号', '设备编码', '设备id', 'device', 'device id', 'deviceid'],
  name: ['名称', '设备名称', '设备名', 'device name'],
  'name.en': ['名称（英文）', '英文名称', '英文名', 'name (en)', 'english name'],
  kind: ['类型', '设备类型', '种类', '类别', 'type'],
  profile: ['数据格式', '协议', '模板', '协议模板', '通信协议', 'protocol'],
  address: ['地址', '通信地址', '设备地址', '表地址', '表号', 'addr'],
  place: ['位置', '地点', '安装位置', '安装地点', '所在位置', '场所', 'location', 'room'],
  site: ['校区', 'campus'],
  custodian: ['保管人', '责任人', '管理人', '负责人', 'keeper', 'owner'],
  intervalS: ['间隔', '上报间隔', '采集间隔', '上报周期', '周期', '间隔秒', 'interval', 'interval s', 'interval_s'],
  manufacturer: ['厂家', '厂商', '生产厂家', '品牌', 'maker', 'vendor', 'brand'],
  model: ['型号', '规格型号', '设备型号'],
  serial: ['序列号', '出厂编号', '资产序列号', 'sn', 'serial number', 'serial no'],
  ratio: ['倍率', '变比', '互感器倍率', '电流变比', 'ct'],
  dependsOn: ['依赖', '上级设备', '上级', '所属交换机', 'depends on', 'parent'],
  tags: ['标签', 'tag'],
  priceClass: ['电价类别', '价格类别', '水价类别', '计价类别', 'price class', 'tariff'],
  upTopic: ['上行主题', 'up topic'],
  downTopic: ['下行主题', 'down topic'],
  'register.digits': ['位数', '表位数', '整数位数', 'digits'],
  'register.ratedMax': ['额定最大', '最大负荷', '额定最大功率', 'rated max', 'ratedmax'],
  'register.unit': ['表计单位', '单位', 'unit'],
  'register.step': ['最小分度', '分辨率', 'step'],
};

/** What lists carry for people and no device needs. */
const REMARKS = new Set([
  '序号',
  '备注',
  '说明',
  '安装日期',
  '安装时间',
  '投运日期',
  '购置日期',
  '价格',
  '金额',
  '状态',
  'no',
  'no.',
  '#',
  'remark',
  'remarks',
  'note',
  'notes',
  'comment',
  '',
]);

const KNOWN = new Map<string, Column>();
for (const column of COLUMNS) {
  for (const heading of [column, ...HEADINGS[column]]) KNOWN.set(plain(heading), column);
}

export type FoundColumn = { readonly column: Column } | 'remark' | undefined;

/** @param heading as it stands in the file; brackets with a unit or an example are no part of it */
export function columnOf(heading: string): FoundColumn {
  const name = plain(heading);
  if (REMARKS.has(name)) return 'remark';
  const column = KNOWN.get(name) ?? KNOWN.get(plain(heading.replaceAll(/[（(].*?[)）]/g, '')));
  return column === undefined ? undefined : { column };
}

/** Whether a line is the heading of a device list, and no title, date or school's name above it. */
export function isDeviceHeading(cells: readonly string[]): boolean {
  const given = cells.filter((cell) => cell.trim() !== '');
  const found = given.map(columnOf).flatMap((one) => (typeof one === 'object' ? [one.column] : []));
  return found.length > 1 && found.length * 2 > given.length && found.some((one) => one === 'id' || one === 'name');
}

function plain(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[*＊:：]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

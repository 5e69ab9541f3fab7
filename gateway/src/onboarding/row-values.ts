/** Cells of a device list to what devices.yaml wants: words people write instead of numbers, kinds and names. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import { DEVICE_KINDS, type DeviceKind, type Text } from '#contract/enums.ts';
import { listOf } from '#contract/list-cell.ts';

import type { NameHint } from './name-hint.ts';

export type CellRead = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: Text };

const ok = (value: unknown): CellRead => ({ ok: true, value });
const wrong = (zh: string, en: string): CellRead => ({ ok: false, message: { zh, en } });

const KIND_WORDS: Readonly<Record<DeviceKind, RegExp>> = {
  'electricity-meter':
    /^(?:智能|三相|单相|多功能|预付费)*(?:电表|电能表|电度表|用电计量|插座|计量插座)$|^electric(?:ity)? meter$|^power meter$|^plug$/i,
  'water-meter': /^(?:智能|远传|超声波|冷|热)*水表$|^water meter$/i,
  door: /^(?:门|门磁|门磁传感器|门禁|门锁|窗磁|大门)$|^door(?: sensor| contact)?$/i,
  camera: /^(?:网络)?(?:摄像头|摄像机|监控|监控摄像头|球机|枪机|ipc)$|^camera$|^ip camera$/i,
  switch: /^(?:poe|核心|接入|汇聚)*(?:交换机|网络交换机)$|^(?:network )?switch$/i,
  nvr: /^(?:硬盘录像机|网络录像机|录像机|nvr|dvr)$|^recorder$/i,
  sensor: /^(?:传感器|温湿度传感器|温湿度|温度传感器|水浸传感器|水浸|烟感|漏水传感器|其他|其它)$|^sensor$/i,
};

const USUAL_KINDS = ['电表', '水表', '门磁', '摄像头', '交换机', '录像机', '传感器'];

export function kindCell(text: string, hint: NameHint): CellRead {
  const word = text.replaceAll(/\s+/g, ' ').trim();
  const kind =
    DEVICE_KINDS.find((one) => one === word.toLowerCase()) ?? DEVICE_KINDS.find((one) => KIND_WORDS[one].test(word));
  if (kind !== undefined) return ok(kind);
  const meant = hint(text, [USUAL_KINDS, DEVICE_KINDS]);
  return wrong(
    `没有“${text}”这种类型${meant.zh || `；可以写：${USUAL_KINDS.join('、')}`}`,
    `there is no kind “${text}”${meant.en || `; write one of ${DEVICE_KINDS.join(', ')}`}`,
  );
}

const UNITS_S: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  秒: 1,
  sec: 1,
  m: 60,
  min: 60,
  分: 60,
  分钟: 60,
  h: 3_600,
  小时: 3_600,
  时: 3_600,
  hour: 3_600,
  d: 86_400,
  天: 86_400,
  日: 86_400,
};

export function intervalCell(text: string): CellRead {
  const found = /^(\d+(?:\.\d+)?)\s*([\p{L}]*?)s?$/iu.exec(text.trim());
  const unit = found === null ? undefined : UNITS_S[(found[2] ?? '').toLowerCase()];
  if (found === null || unit === undefined)
    return wrong(
      `间隔“${text}”看不懂；写秒数，或 15分钟、1小时`,
      `“${text}” is no interval; write seconds, or 15min, 1h`,
    );
  return ok(Number(found[1]) * unit);
}

/** `80`, `400/5`, `ct 80 pt 100`, `80×100`. */
export function ratioCell(text: string): CellRead {
  const word = text.trim().toLowerCase();
  const number = '(\\d+(?:\\.\\d+)?)';
  const plain = new RegExp(`^${number}$`).exec(word);
  if (plain) return ok({ ct: Number(plain[1]) });
  const fraction = new RegExp(`^${number}\\s*/\\s*${number}a?$`).exec(word);
  if (fraction && Number(fraction[2]) > 0) return ok({ ct: Number(fraction[1]) / Number(fraction[2]) });
  const both =
    new RegExp(`^ct\\s*[:=]?\\s*${number}[\\s,;，、]*pt\\s*[:=]?\\s*${number}$`).exec(word) ??
    new RegExp(`^${number}\\s*[x×*]\\s*${number}$`).exec(word);
  if (both) return ok({ ct: Number(both[1]), pt: Number(both[2]) });
  return wrong(
    `倍率“${text}”看不懂；写 80、400/5，或 CT 80 PT 100`,
    `“${text}” is no ratio; write 80, 400/5, or CT 80 PT 100`,
  );
}

export function listCell(text: string): CellRead {
  return ok(listOf(text));
}

export function numberCell(text: string): CellRead {
  const value = Number(text.trim().replaceAll(',', ''));
  return Number.isFinite(value) ? ok(value) : wrong(`“${text}”不是数字`, `“${text}” is no number`);
}

interface Named {
  readonly id: string;
  readonly name: Text;
}

/** By id, or by a name that only one has. */
export function namedCell(text: string, all: readonly Named[], what: Text, hint: NameHint): CellRead {
  const word = text.trim();
  const byId = all.find(({ id }) => id === word);
  if (byId !== undefined) return ok(byId.id);
  const same = (name: string): boolean => name.toLowerCase() === word.toLowerCase();
  const found = all.filter(({ name }) => same(name.zh) || same(name.en));
  if (found.length === 1) return ok(found[0]?.id);
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ');
    return wrong(
      `有 ${found.length} 个${what.zh}叫“${word}”，请写编号：${ids}`,
      `${found.length} ${what.en}s are called “${word}”; write the id: ${ids}`,
    );
  }
  const meant = hint(word, [all.map(({ name }) => name.zh), all.map(({ name }) => name.en), all.map(({ id }) => id)]);
  return wrong(`没有叫“${word}”的${what.zh}${meant.zh}`, `there is no ${what.en} “${word}”${meant.en}`);
}

/** As above; `教学楼 / 101` and `教学楼101` name a place through the one above it. */
export function placeCell(text: string, places: readonly PlaceConfig[], hint: NameHint): CellRead {
  const what = { zh: '地点', en: 'place' };
  const plain = namedCell(text, places, what, hint);
  if (plain.ok) return plain;
  const byId = new Map(places.map((place) => [place.id, place]));
  const pathOf = (place: PlaceConfig): string[] => {
    const path: string[] = [];
    for (let at: PlaceConfig | undefined = place; at !== undefined && path.length < 10; at = byId.get(at.parent ?? ''))
      path.unshift(at.name.zh);
    return path;
  };
  const word = text.replaceAll(/[\s/／>\\·-]+/g, '');
  const found = places.filter((place) =>
    pathOf(place)
      .join('')
      .replaceAll(/[\s/／>\\·-]+/g, '')
      .endsWith(word),
  );
  // `1` would end many a path: only what names at least the place itself counts.
  const whole = found.filter((place) => word.length >= place.name.zh.replaceAll(/[\s/／>\\·-]+/g, '').length);
  return whole.length === 1 ? ok(whole[0]?.id) : plain;
}

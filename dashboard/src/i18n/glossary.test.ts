import { describe, expect, it } from 'vitest';

/** One notion, one word in each language: `instead` is said of the same thing nowhere. Device lists may still use it as a heading. */
interface Entry {
  readonly say: string;
  readonly instead: RegExp;
  readonly language: 'zh' | 'en';
}

const zh = (say: string, instead: RegExp): Entry => ({ say, instead, language: 'zh' });
const en = (say: string, instead: RegExp): Entry => ({ say, instead, language: 'en' });

const glossary: readonly Entry[] = [
  zh('未恢复', /全部活动|正在发生/),
  zh('待处理', /待我处理|未确认告警/),
  zh('门卫', /保安/),
  zh('非开放时段', /(?<!非)关闭时段|非开放时间|不是开放时段|(?<!非)(?<!在)开放时间/),
  zh('责任人（设备）、处理人（告警）', /保管人|负责人/),
  zh('离线', /失联/),
  zh('情况不明', /看不到(?!，只能换一个)|状态未知|(?:: |')未知'/),
  zh('画面全部在线', /都看得到/),
  zh('已启用 n 条规则', /看着校园/),
  zh('事发前后曲线', /事件前后的数据/),
  zh('开始异常、自行恢复', /条件开始成立|条件提前消失/),
  zh('状态异常', /状态不应如此/),
  zh('系统（做事的）', /网关(?:没有应答|返回|刚启动|暂时|的时钟|自己的网络|没有运行|超过)/),
  zh('相关告警、受影响设备', /包含的告警|连带受影响/),
  zh('异常读数', /无法解释的表底|都能解释/),
  zh('总分表差额', /未计量差额/),
  zh('本处总表', /本级表计|本级总表/),
  zh('最近上报', /最近消息/),
  zh('未识别报文', /隔离区/),
  zh('未登记的数据来源、等待设备上报', /陌生的?(?:主题|报文)|正在听/),
  zh('显示名称、责任班组或人', /人看的名字|谁照管/),
  zh('数据格式', /协议模板|本机协议/),
  zh('夜间用水不断', /从不归零|用水不归零/),
  zh('偏快、偏慢', /时钟[快慢]/),
  zh('接入密钥', /令牌/),
  en('has been down since', /\bis (?:probably )?down since\b/),
  en('Responsible', /\bIn charge:|\bCustodian\b/),
  en('Related alerts', /\bIts alerts\b/),
  en('Data around the event', /\bdata around it\b/i),
  en('unknown message', /\bstrange\b|\bquarantine\b/i),
  en('data format', /(?<!config\/)\bprofiles?\b(?!\)|s?\/|:)/i),
  en('access key', /(?<!set-up )\btokens?\b(?!=)/i),
  en('Not recovered', /\bgoing on\b/i),
];

const catalogues = import.meta.glob<Record<string, unknown>>('../**/*.text.ts', { eager: true });
const sources = import.meta.glob<string>(
  ['../../../gateway/src/**/*.ts', '../../../gateway/contract/**/*.ts', '../../../config/*.yaml'],
  { query: '?raw', import: 'default', eager: true },
);

const say = (word: unknown): string => (typeof word === 'function' ? String(word('7', '8', '9', '10')) : String(word));

/** Every text of the catalogues in one language, with where it stands. */
function saidOnPages(language: 'zh' | 'en'): readonly (readonly [where: string, text: string])[] {
  return Object.entries(catalogues).flatMap(([file, exported]) =>
    Object.values(exported).flatMap((sides) => {
      if (typeof sides !== 'object' || sides === null || !(language in sides)) return [];
      const words: unknown = sides[language as keyof typeof sides];
      return Object.entries(words ?? {}).map(([key, word]) => [`${file} ${key}`, say(word)] as const);
    }),
  );
}

/** Lines of the gateway and of the shipped configuration that hold Chinese and are no comment. */
function saidByGateway(): readonly (readonly [where: string, text: string])[] {
  return (
    Object.entries(sources)
      // Headings of the lists that schools already have, and words that devices send.
      .filter(([name]) => !/row-columns|metric-rules|field-name|state-words|tag-lists|unknown-words/.test(name))
      .flatMap(([name, text]) =>
        text
          .split('\n')
          .map((line, index) => [`${name}:${index + 1}`, line] as const)
          .filter(([, line]) => /\p{Script=Han}/u.test(line) && !/^\s*(?:\/\/|\*|\/\*|#)/.test(line)),
      )
  );
}

const sayings = { zh: [...saidOnPages('zh'), ...saidByGateway()], en: saidOnPages('en') };

describe('glossary', () => {
  it('reads what is said', () => {
    expect(sayings.zh.length).toBeGreaterThan(800);
    expect(sayings.en.length).toBeGreaterThan(600);
  });

  it.each(glossary)('$say, and no other word for it', ({ instead, language }) => {
    expect(sayings[language].filter(([, text]) => instead.test(text))).toEqual([]);
  });
});

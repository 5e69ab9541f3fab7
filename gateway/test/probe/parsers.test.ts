/** What comes from the network: any bytes, cut anywhere, and never a throw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodecs } from '../../src/decode/codecs/create-codecs.ts';
import { readOnvifTime } from '../../src/decode/codecs/onvif-time.ts';
import { readXml, xmlText, xmlTextOf } from '../../src/decode/codecs/xml-reader.ts';
import { createEventDocuments, MAX_DOCUMENT_BYTES } from '../../src/probe/event-documents.ts';
import { readSip, sipAnswer, sipHeader } from '../../src/probe/sip-message.ts';
import { onvifTime } from './fake-camera.ts';

const words = [
  '<',
  '>',
  '/',
  '<a>',
  '</a>',
  '<a/>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '<!DOCTYPE',
  '&lt;',
  '&x;',
  '"',
  "'",
  ' ',
  'x:y',
  '中',
  '\0',
];
const almostXml = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(''));

describe('XML', () => {
  it('reads names without prefix, text, CDATA, comments and the five entities', () => {
    const root = readXml(
      '<?xml version="1.0"?><!-- a --><s:A x="1>2"><B>1 &lt; 2 &amp;lt;</B><B/><C><![CDATA[<x>&]]></C> t </s:A>\0',
    );
    expect(root?.name).toBe('A');
    expect(root?.text).toBe('t');
    expect(xmlText(root, 'B')).toBe('1 < 2 &lt;');
    expect(xmlText(root, 'C')).toBe('<x>&');
  });

  it.each([
    ['an unclosed element', '<a><b></a>'],
    ['a document type, and with it every entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['too deep', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['too many', `<a>${'<b/>'.repeat(6_000)}</a>`],
    ['too long', `<a>${'x'.repeat(70_000)}</a>`],
    ['a closing tag alone', '</a>'],
    ['text', 'hello'],
  ])('refuses %s', (_what, text) => expect(readXml(text)).toBeUndefined());

  it('reads GB 18030 where it is that, and UTF-8 where it only says GB2312', () => {
    expect(xmlTextOf(Buffer.from([0x3c, 0xb6, 0xab, 0xc3, 0xc5, 0x3e]))).toBe('<东门>');
    expect(xmlTextOf(Buffer.from('<?xml encoding="GB2312"?><东门>'))).toContain('东门');
  });

  it('never throws and always ends', () => {
    fc.assert(fc.property(fc.oneof(almostXml, fc.string()), (text) => void readXml(text)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readXml(xmlTextOf(bytes))));
  });
});

describe('ONVIF time', () => {
  const at = new Date('2026-03-02T08:30:15Z');
  it.each([
    ['UTC', onvifTime({ utc: at }), at.getTime()],
    [
      'local time east of Greenwich',
      onvifTime({ local: new Date('2026-03-02T16:30:15Z'), zone: 'CST-8' }),
      at.getTime(),
    ],
    [
      'local time west of it',
      onvifTime({ local: new Date('2026-03-02T03:30:15Z'), zone: 'EST5EDT,M3.2.0,M11.1.0' }),
      at.getTime(),
    ],
    [
      'local summer time',
      onvifTime({ local: new Date('2026-03-02T04:30:15Z'), zone: 'EST5EDT', summer: true }),
      at.getTime(),
    ],
    [
      'a quoted zone with half an hour',
      onvifTime({ local: new Date('2026-03-02T14:00:15Z'), zone: '&lt;+0530&gt;-5:30' }),
      at.getTime(),
    ],
    ['local time without a zone that is one', onvifTime({ local: at, zone: 'somewhere' }), undefined],
    ['a month that is none', onvifTime({ utc: at }).replace('<tt:Month>3<', '<tt:Month>13<'), undefined],
    ['an hour that is none', onvifTime({ utc: at }).replace('<tt:Hour>8<', '<tt:Hour>-1<'), undefined],
    ['the year 0', onvifTime({ utc: at }).replace('<tt:Year>2026<', '<tt:Year>0<'), Date.parse('0000-03-02T08:30:15Z')],
  ])('%s', (_what, body, utcMs) => expect(readOnvifTime(Buffer.from(body))).toEqual({ kind: 'time', utcMs }));

  it('of any bytes is a finite number or none', () => {
    const whole = onvifTime({ utc: at });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.string({ maxLength: 8 }), (cut, text) => {
        const answer = readOnvifTime(Buffer.from(whole.slice(0, cut) + text + whole.slice(cut + text.length)));
        expect(answer.kind !== 'time' || answer.utcMs === undefined || Number.isFinite(answer.utcMs)).toBe(true);
      }),
    );
  });
});

describe('codecs of cameras', () => {
  it('believes a Hello about nobody but its sender, unless this machine hands it on', () => {
    const codec = createCodecs().get('onvif');
    const hear = (what: string, from: string, where = ''): unknown => {
      const urn = '<EndpointReference><Address>urn:uuid:1</Address></EndpointReference>';
      const text = `<Envelope><Body><${what}>${urn}${where}</${what}></Body></Envelope>`;
      const read = codec?.({ payload: Buffer.from(text), topic: 'udp:3702', at: 0, from });
      return read?.ok === true ? read.value : read;
    };
    const where = '<XAddrs>http://10.0.0.41/onvif/device_service</XAddrs>';
    expect(hear('Hello', '10.0.0.41', where)).toMatchObject({ address: '10.0.0.41' });
    expect(hear('Hello', '10.0.0.66', where)).toMatchObject({ address: '10.0.0.66' });
    expect(hear('Hello', '127.0.0.1', where)).toMatchObject({ address: '10.0.0.41' });
    expect(hear('Bye', '10.0.0.66')).toMatchObject({ address: '10.0.0.66' });
    expect(hear('Probe', '10.0.0.66')).toBeNull();
  });

  it('lets a GB/T 28181 device speak for itself and its own channels alone', () => {
    const codec = createCodecs().get('gb28181');
    const [RECORDER, OTHER, CAMERA] = ['34020000001110000001', '34020000001110000002', '34020000001320000001'];
    const say = (root: string, command: string, id: string, by: string, from: string, at: number, rest: string) => {
      const text = `<${root}><CmdType>${command}</CmdType><DeviceID>${id}</DeviceID>${rest}</${root}>`;
      const read = codec?.({ payload: Buffer.from(text), topic: `sip:MESSAGE/${by}`, at, from });
      return read?.ok === true ? read.value : read;
    };
    const list = `<DeviceList><Item><DeviceID>${CAMERA}</DeviceID><Status>OFF</Status></Item></DeviceList>`;
    const off = '<Online>OFFLINE</Online>';
    const catalog = (of: string, by: string, from: string, at = 0): unknown =>
      say('Response', 'Catalog', of, by, from, at, list);
    const status = (of: string, by: string, from: string, at = 0): unknown =>
      say('Response', 'DeviceStatus', of, by, from, at, off);

    expect(catalog(RECORDER, RECORDER, '10.0.0.1')).toMatchObject({ channels: [{ id: CAMERA, online: 0 }] });
    expect(status(CAMERA, RECORDER, '10.0.0.1')).toMatchObject({ kind: 'camera-status', online: 0 });
    for (const forged of [
      catalog(RECORDER, OTHER, '10.0.0.2'),
      status(RECORDER, OTHER, '10.0.0.2'),
      say('Notify', 'Keepalive', RECORDER, OTHER, '10.0.0.2', 0, '<Status>OK</Status>'),
    ])
      expect(forged).toMatchObject({ ok: false, detail: expect.stringContaining(`sent by ${OTHER}`) });
    // Messages that tell no state, such as an alarm of a channel, are no business of ours.
    expect(say('Notify', 'Alarm', CAMERA, RECORDER, '10.0.0.1', 0, '')).toMatchObject({ kind: 'other' });

    // A camera that speaks for itself is told about by nobody at another address, while it does.
    say('Notify', 'Keepalive', CAMERA, CAMERA, '10.0.0.9', 1_000, '<Status>OK</Status>');
    expect(catalog(OTHER, OTHER, '10.0.0.2', 2_000)).toMatchObject({ channels: [] });
    expect(status(CAMERA, OTHER, '10.0.0.2', 2_000)).toMatchObject({ ok: false });
    expect(
      say('Notify', 'Keepalive', OTHER, OTHER, '10.0.0.2', 2_000, `<Info><DeviceID>${CAMERA}</DeviceID></Info>`),
    ).toMatchObject({ channels: [] });
    expect(catalog(OTHER, OTHER, '10.0.0.2', 400_000)).toMatchObject({ channels: [{ id: CAMERA, online: 0 }] });
  });

  it.each(['gb28181', 'hikvision', 'onvif'])('%s never throws and yields only finite numbers', (name) => {
    const codec = createCodecs().get(name);
    const tags = [
      'Notify',
      'CmdType',
      'Keepalive',
      'DeviceID',
      'Info',
      'EventNotificationAlert',
      'channelID',
      'eventType',
      'videoloss',
      'Envelope',
      'Body',
      'Hello',
      'XAddrs',
    ];
    const almost = fc.array(
      fc.constantFrom(...tags.flatMap((tag) => [`<${tag}>`, `</${tag}>`, tag]), '1', '99999', '34020000001320000001'),
      { maxLength: 30 },
    );
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      almost.map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(payloads, fc.constantFrom('sip:MESSAGE', 'sip:MESSAGE/1', 'udp:3702'), (bytes, topic) => {
        const read = codec?.({ payload: Buffer.from(bytes), topic, at: 0, from: '10.0.0.1' });
        expect(read).toBeDefined();
        JSON.stringify(read, (_key, value) => {
          expect(typeof value !== 'number' || Number.isFinite(value)).toBe(true);
          return value;
        });
      }),
    );
  });
});

describe('documents of an event stream', () => {
  const event = (n: number): string =>
    `<EventNotificationAlert version="2.0"><channelID>${n}</channelID></EventNotificationAlert>`;
  const stream = (parts: readonly string[]): Buffer =>
    Buffer.from(parts.map((part) => `--boundary\r\nContent-Type: application/xml\r\n\r\n${part}\r\n`).join(''));
  const cut = (whole: Buffer, cuts: readonly number[]): Buffer[] => {
    const at = [0, ...[...cuts].map((one) => one % (whole.length + 1)).sort((a, b) => a - b), whole.length];
    return at.slice(1).map((end, n) => whole.subarray(at[n], end));
  };
  const read = (pieces: readonly Buffer[]): string[] => {
    const documents = createEventDocuments();
    return pieces.flatMap((piece) => documents.push(piece).map(String));
  };

  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(99), { maxLength: 8 }),
        fc.array(fc.nat(5_000), { maxLength: 30 }),
        (numbers, cuts) => {
          const events = numbers.map(event);
          expect(read(cut(stream(events), cuts))).toEqual(events);
        },
      ),
    );
  });

  it('come before the next part begins, with or without a length, and with a wrong one', () => {
    const head = '--b\r\nContent-Type: application/xml; charset="UTF-8"\r\nContent-Length: 12\r\n\r\n';
    expect(read([Buffer.from(head + event(1))])).toEqual([event(1)]);
  });

  it('are found behind pictures of megabytes, and behind one that never ended', () => {
    const picture = Buffer.alloc(2_000_000, 0xff).toString('latin1');
    expect(read([Buffer.from(`${event(1)}${picture}`, 'latin1'), Buffer.from(event(2))])).toEqual([event(1), event(2)]);
    expect(read([Buffer.from('<EventNotificationAlert><channelID>'), Buffer.from(event(3))])).toEqual([event(3)]);
  });

  it('are dropped when they are larger than anybody sends, and no more than that', () => {
    const huge = `<EventNotificationAlert>${'x'.repeat(MAX_DOCUMENT_BYTES)}</EventNotificationAlert>`;
    const pieces = (text: string): Buffer[] =>
      Array.from({ length: Math.ceil(text.length / 1_000) }, (_, n) =>
        Buffer.from(text.slice(n * 1_000, n * 1_000 + 1_000)),
      );
    expect(read(pieces(huge + event(1)))).toEqual([event(1)]);
    expect(read([Buffer.from(huge + event(1))])).toEqual([event(1)]);
    expect(read([Buffer.from('<EventNotificationAlert '.repeat(100_000)), Buffer.from(event(2))])).toEqual([event(2)]);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
        (pieces) => void read(pieces.map((piece) => Buffer.from(piece))),
      ),
    );
  });
});

describe('SIP', () => {
  const request = (more = '', body = 'abc'): Buffer =>
    Buffer.from(
      `MESSAGE sip:1@2 SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bK1\r\nf: <sip:3@2>;tag=a\r\nt: <sip:1@2>\r\ni: x@y\r\nCSeq: 1\r\n MESSAGE\r\n${more}\r\n${body}`,
    );

  it('reads short names and folded lines', () => {
    const read = readSip(request('l: 3\r\n'));
    if (read?.kind !== 'request') throw new Error('not read');
    expect(sipHeader(read.request, 'cseq')).toBe('1 MESSAGE');
    expect(sipHeader(read.request, 'call-id')).toBe('x@y');
    expect(read.request.body.toString()).toBe('abc');
  });

  it.each([
    ['longer than it is', 'Content-Length: 900\r\n', 'abc'],
    ['shorter', 'Content-Length: 2\r\n', 'ab'],
    ['nothing', '', 'abc'],
    ['no number', 'Content-Length: many\r\n', 'abc'],
  ])('takes a body whose length is said to be %s', (_what, header, body) => {
    const read = readSip(request(header));
    expect(read?.kind === 'request' && read.request.body.toString()).toBe(body);
  });

  it('answers with what identifies the question, from where it really came', () => {
    const read = readSip(request());
    if (read?.kind !== 'request') throw new Error('not read');
    const answer = sipAnswer(read.request, '200 OK', { address: '10.0.0.7', port: 6_060 }, 'tag').toString();
    expect(answer).toContain('Via: SIP/2.0/UDP 10.0.0.9:5060;rport=6060;branch=z9hG4bK1;received=10.0.0.7\r\n');
    expect(answer).toContain('To: <sip:1@2>;tag=tag\r\n');
    expect(answer).toMatch(/^SIP\/2\.0 200 OK\r\n[\s\S]*Content-Length: 0\r\n\r\n$/);
  });

  it('never throws, for any bytes and any change of a request', () => {
    const whole = request('Content-Length: 3\r\n');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void readSip(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 20 }), (at, bytes) => {
        const read = readSip(Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]));
        if (read?.kind === 'request') sipAnswer(read.request, '200 OK', { address: '1.2.3.4', port: 5_060 }, 'tag');
      }),
    );
  });
});

/** What the page tells people to write is right. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { device } from '#contract/config/devices.ts';
import { gatewayConfig } from '#contract/config/gateway.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/add-a-device.md'), 'utf8');
const [section = ''] = page.slice(page.indexOf('## 摄像头 · Cameras') + 3).split('\n## ');
const blocks = [...section.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

it('devices on the page can be copied', () => {
  const listed = blocks
    .filter((text) => text.trimStart().startsWith('- '))
    .map((text) => z.array(device).parse(parse(text)));
  expect(listed.flat().map(({ id }) => id)).toEqual(['cam-gate', 'sw-a', 'nvr-1', 'cam-3']);
});

it('receivers on the page can be copied', () => {
  const text = blocks.find((block) => block.startsWith('gb28181')) ?? '';
  expect(gatewayConfig.parse(parse(text)).gb28181).toMatchObject({ listen: '0.0.0.0:5060', catalogEveryS: 60 });
});

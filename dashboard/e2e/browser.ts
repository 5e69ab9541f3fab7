import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const cacheDir = path.join(import.meta.dirname, '../../.cache');

const args = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--no-pings',
  '--font-render-hinting=none',
];

/** Why no browser can be started here, or undefined when one can. */
export function browserMissing(): string | undefined {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return existsSync(given) ? undefined : `CHROMIUM_PATH is set but ${given} does not exist`;
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `no Chromium is shipped for ${process.platform} ${process.arch}: set CHROMIUM_PATH`;
}

function shippedVersion(): string {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest: unknown = JSON.parse(readFileSync(path.join(main, '../../package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version);
  throw new Error('the package of Chromium names no version');
}

/**
 * The package unpacks to the temporary folder and runs whatever already lies there, even an older or half-written one. So:
 * a folder per version, unpacked under another name and moved when complete. The runtime variable makes it unpack its own
 * copies of the libraries which a small machine lacks.
 */
async function unpack(target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const before = { ...process.env };
  try {
    process.env['TMPDIR'] = partial;
    process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
    const { default: shipped } = await import('@sparticuz/chromium');
    await shipped.executablePath();
    renameSync(partial, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
    for (const name of ['TMPDIR', 'AWS_LAMBDA_JS_RUNTIME', 'FONTCONFIG_PATH', 'LD_LIBRARY_PATH']) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/**
 * The package's own list names folders of a cloud function. Without a single font Chromium draws no text at all, not even in
 * the web fonts that a page brings.
 */
function fontConfig(dir: string): string {
  const fonts = path.join(dir, 'fonts');
  const list = path.join(fonts, 'fonts.conf');
  const wanted = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${path.join(dir, 'fonts-cache')}</cachedir></fontconfig>
`;
  if (!existsSync(list) || readFileSync(list, 'utf8') !== wanted) writeFileSync(list, wanted);
  return fonts;
}

async function executable(): Promise<LaunchOptions> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return { executablePath: given };
  const dir = path.join(cacheDir, `chromium-${shippedVersion()}`);
  if (!existsSync(dir)) await unpack(dir);
  return {
    executablePath: path.join(dir, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: path.join(dir, 'al2023/lib'), FONTCONFIG_PATH: fontConfig(dir) },
  };
}

/** The autoplay policy is left as users have it: the alarm sound has to work under it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ headless: true, args, ...(await executable()) });
}

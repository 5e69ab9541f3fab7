import jsQR from 'jsqr';
import type { Page } from 'playwright-core';

/** What a phone reads in the QR code that is drawn as `selector`. */
export async function scanned(page: Page, selector: string): Promise<string | undefined> {
  const side = 480;
  const grey = await page.evaluate(
    async ([drawn, size]) => {
      const svg = document.querySelector(drawn);
      if (!svg) throw new Error(`no ${drawn}`);
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
      await image.decode();
      const context = Object.assign(document.createElement('canvas'), { width: size, height: size }).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(image, 0, 0, size, size);
      return [...context.getImageData(0, 0, size, size).data].filter((_, index) => index % 4 === 0);
    },
    [selector, side] as const,
  );
  const pixels = Uint8ClampedArray.from(grey.flatMap((level) => [level, level, level, 255]));
  return jsQR.default(pixels, side, side)?.data;
}

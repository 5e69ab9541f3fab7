import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { UptimeBar } from '#contract/http/uptime.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import { useText } from '../../i18n/use-text.ts';
import { useShownTheme } from '../../theme/theme.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { camerasText } from './cameras.text.ts';

const height = 26;
const colours = { up: '--good', down: '--critical-mark', unknown: '--unknown', maintenance: '--line-strong' } as const;

interface BarProps {
  readonly beats: readonly UptimeBar[];
  /** The time axis it stands under. */
  readonly range: Range;
  readonly label: string;
}

/** A day or a week of heartbeats on one canvas: hundreds of bars cost one element, and still the keyboard reaches each. */
export function HeartbeatBar({ beats, range, label }: BarProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const width = useWidth(canvas);
  const [at, setAt] = useState<number | undefined>();
  const words = useBeatWords();
  const chosen = at === undefined ? undefined : beats[at];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, so a change of theme draws anew
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, width, { beats, range, chosen: at });
  }, [beats, range, width, at, theme]);
  const onKey = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -beats.length, End: beats.length }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const from = at ?? (move < 0 ? beats.length : -1);
    setAt(Math.max(0, Math.min(beats.length - 1, from + move)));
  };
  const onPoint = (event: PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const time = range.from + share * (range.to - range.from);
    const found = beats.findIndex(({ from, to }) => time >= from && time < to);
    setAt(found < 0 ? undefined : found);
  };
  return (
    <div className="beats">
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the keyboard must reach the single bars of the picture */}
      <canvas
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label={label}
        height={height}
        onKeyDown={onKey}
        onPointerMove={onPoint}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
      />
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: see above */}
      <span className="beats-tip small" aria-live="polite">
        {chosen ? words(chosen) : ''}
      </span>
    </div>
  );
}

function useBeatWords(): (beat: UptimeBar) => string {
  const t = useText(camerasText);
  const format = useFormat();
  const words: Readonly<Record<UptimeBar['state'], string>> = {
    up: t.up,
    down: t.down,
    unknown: t.barUnknown,
    maintenance: t.maintenance,
  };
  return ({ from, to, state, downMs }) => {
    const [start, end] = [`${format.day(from)} ${format.hourMinute(from)}`, format.hourMinute(to)];
    return state === 'down' ? t.beatDown(start, end, format.duration(downMs)) : t.beat(start, end, words[state]);
  };
}

function useWidth(canvas: { readonly current: HTMLCanvasElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = canvas.current?.parentElement;
    if (!box) return;
    const watcher = new ResizeObserver(() => setWidth(box.clientWidth));
    watcher.observe(box);
    return () => watcher.disconnect();
  }, [canvas]);
  return width;
}

interface Drawn extends Pick<BarProps, 'beats' | 'range'> {
  readonly chosen: number | undefined;
}

function draw(canvas: HTMLCanvasElement, width: number, { beats, range, chosen }: Drawn): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const xOf = (at: number): number => ((at - range.from) / (range.to - range.from)) * width;
  for (const [index, { state, from, to }] of beats.entries()) {
    const step = xOf(to) - xOf(from);
    const box = { x: xOf(from), width: Math.max(0.8, step - (step > 4 ? 1 : 0)) };
    context.fillStyle = style.getPropertyValue(colours[state]);
    if (state === 'unknown') hatch(context, box.x, box.width);
    else if (state === 'maintenance') context.fillRect(box.x, height / 2 - 2, box.width, 4);
    // Height as well as hue tells an outage from health.
    else context.fillRect(box.x, state === 'down' ? 0 : 6, box.width, state === 'down' ? height : height - 12);
    if (index === chosen) {
      context.strokeStyle = style.getPropertyValue('--ink');
      context.strokeRect(box.x - 0.5, 0.5, Math.max(3, box.width + 1), height - 1);
    }
  }
}

/** Grey stripes that go on from bar to bar: never a colour, so it is taken neither for health nor for an outage. */
function hatch(context: CanvasRenderingContext2D, x: number, width: number): void {
  context.save();
  context.beginPath();
  context.rect(x, 6, width + 1, height - 12);
  context.clip();
  context.strokeStyle = context.fillStyle;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (let at = x - height - ((x - height) % 6); at < x + width; at += 6) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

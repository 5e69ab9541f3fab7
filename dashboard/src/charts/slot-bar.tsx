import type { BarShapeProps } from 'recharts';
import type { Resource } from '#contract/enums.ts';
import { type ConsumptionSlot, DIFFERENCE, type Piece, REST, type SlotKnowledge } from './consumption-slots.ts';

/** What is not wholly known: stripes for estimated, dots for a part missing, grey hatching for nothing at all. */
export function slotPatterns(id: string, resource: Resource) {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' } as const;
  return (
    <>
      <pattern id={`${id}-estimated`} {...size} patternTransform="rotate(45)">
        <rect width="3" height="6" className={`chart-fill-${resource}`} />
      </pattern>
      <pattern id={`${id}-partial`} {...size}>
        <circle cx="3" cy="3" r="1.7" className={`chart-fill-${resource}`} />
      </pattern>
      <pattern id={`${id}-veil-estimated`} {...size} patternTransform="rotate(45)">
        <rect width="3" height="6" className="chart-fill-veil" />
      </pattern>
      <pattern id={`${id}-veil-partial`} {...size}>
        <circle cx="3" cy="3" r="1.9" className="chart-fill-veil" />
      </pattern>
      <pattern id={`${id}-missing`} {...size} patternTransform="rotate(-45)">
        <rect width="1.5" height="6" className="chart-fill-missing" />
      </pattern>
    </>
  );
}

const patternOf: Readonly<Partial<Record<SlotKnowledge, string>>> = {
  estimated: 'estimated',
  manual: 'estimated',
  partial: 'partial',
};

interface SlotBarProps {
  readonly bar: BarShapeProps;
  readonly row: ConsumptionSlot | undefined;
  readonly pieces: readonly Piece[];
  /** Place of each part in the order of colours. */
  readonly order: ReadonlyMap<string, number>;
  readonly pattern: string;
}

/** Name of the colour of a part. */
export function pieceClass(id: string, order: ReadonlyMap<string, number>): string {
  if (id === DIFFERENCE) return 'chart-piece-difference';
  return id === REST ? 'chart-piece-rest' : `chart-piece-${order.get(id) ?? 0}`;
}

/** One bar, where it can be told in the pieces it consists of, from the bottom up; never thinner than can be seen. */
export function SlotBar({ bar: { x, y, width, height }, row, pieces, order, pattern }: SlotBarProps) {
  if (!row || row.value === null) return null;
  const own = patternOf[row.knowledge];
  // As a style: the colour of the bar, which stands in the style sheet, would win over an attribute.
  const fill = own === undefined ? {} : { style: { fill: `url(#${pattern}-${own})` } };
  const top = Math.min(y, y + height);
  const tall = Math.abs(height);
  const box = { x, width: Math.max(3, width) };
  const total = row.value;
  let bottom = top + tall;
  return (
    <g>
      <rect className={`chart-bar chart-bar-${row.knowledge}`} {...box} y={top} height={tall} {...fill} />
      {pieces.map(({ id, value }) => {
        const part = (tall * value) / total;
        bottom -= part;
        return <rect key={id} className={`chart-piece ${pieceClass(id, order)}`} {...box} y={bottom} height={part} />;
      })}
      {own === undefined || pieces.length === 0 ? null : (
        <rect {...box} y={top} height={tall} fill={`url(#${pattern}-veil-${own})`} />
      )}
    </g>
  );
}

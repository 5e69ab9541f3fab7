import type { MessageField } from '#contract/http/onboarding.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import type { MessageLine } from './message-lines.ts';
import '../../ui/code.css';
import { onboardingText } from './onboarding.text.ts';
import type { Pick } from './pick.ts';

interface ViewProps {
  readonly lines: readonly MessageLine[];
  readonly picks: readonly Pick[];
  readonly fields: readonly MessageField[];
  readonly onPick: (path: string) => void;
}

/** The message as it was sent, every value in it a button. */
export function MessageView({ lines, picks, fields, onPick }: ViewProps) {
  const t = useText(onboardingText);
  const picked = new Map(picks.map(({ path, metric }) => [path, metric]));
  const proposed = new Set(fields.filter(({ metric }) => metric !== null).map(({ path }) => path));
  return (
    <ol className="message code code-numbered" aria-label={t.message}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the message
        <li key={index} className="code-line" style={{ paddingInlineStart: `${line.depth * 2}ch` }}>
          {line.before}
          <Value line={line} picked={picked} proposed={proposed} onPick={onPick} />
          {line.after}
        </li>
      ))}
    </ol>
  );
}

interface ValueProps {
  readonly line: MessageLine;
  readonly picked: ReadonlyMap<string, string>;
  readonly proposed: ReadonlySet<string>;
  readonly onPick: (path: string) => void;
}

function Value({ line: { value }, picked, proposed, onPick }: ValueProps) {
  const t = useText(onboardingText);
  const language = useLanguage();
  if (!value) return null;
  const { path, shown } = value;
  if (path === undefined || value.sample === null)
    return (
      <span className="soft" title={path === undefined ? t.noPath : undefined}>
        {shown}
      </span>
    );
  const metric = picked.get(path);
  const look = metric !== undefined ? 'message-picked' : proposed.has(path) ? 'message-proposed' : '';
  return (
    <button type="button" className={`message-value ${look}`} data-path={path} onClick={() => onPick(path)}>
      <span className="visually-hidden">{path}: </span>
      {shown}
      {metric === undefined ? null : <span className="message-metric">{metricName(metric, language)}</span>}
    </button>
  );
}

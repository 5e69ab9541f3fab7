import { useLanguage, useText } from '../../i18n/use-text.ts';
import { Failure } from '../../ui/page-state.tsx';
import { ruleProblems } from './rule-problems.ts';
import { rulesText } from './rules.text.ts';

interface ProblemListProps {
  readonly error: unknown;
  /** The text that was refused. */
  readonly text: string;
  readonly title: (count: number) => string;
  readonly onLine: (line: number) => void;
}

/** What is wrong with a text, by line; any other failure as everywhere else. */
export function ProblemList({ error, text, title, onLine }: ProblemListProps) {
  const t = useText(rulesText);
  const language = useLanguage();
  const problems = ruleProblems(error, text, language);
  if (problems === undefined) return <Failure error={error} />;
  return (
    <div className="rules-problems" role="alert">
      <p>{title(problems.length)}</p>
      <ul>
        {problems.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {line === undefined ? null : (
              <button type="button" className="button" onClick={() => onLine(line)}>
                {t.line(line)}
              </button>
            )}
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

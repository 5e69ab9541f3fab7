/** The config in force, from the first reading of the folder through every later one. A bad folder changes nothing. */
import { type CampusInForce, campusFrom, createDecoderMemory } from './campus-in-force.ts';
import type { ConfigWork } from './config/config-work.ts';
import { loadConfig } from './config/load-config.ts';
import type { ConfigResult } from './config/parse-config.ts';
import { type ConfigWatch, watchConfig } from './config/watch-config.ts';
import { createCodecs } from './decode/codecs/create-codecs.ts';
import { ALWAYS_ON } from './decode/decoder.ts';
import { createPollBook } from './decode/poll-book.ts';
import { createHealthBook } from './decode/profile-health.ts';
import type { ConfigProblem } from './shared/loaded-config.ts';
import type { Log } from './shared/log.ts';
import { describe, EXIT_CONFIG, StartRefusal } from './shared/start-refusal.ts';

export interface CampusKeeper {
  current(): CampusInForce;
  /** Why the newest files are not in force; undefined when they are. */
  trouble(): string | undefined;
  /** Watches the folder; `onNext` brings the rest up to the campus that is in force from now on. */
  follow(onNext: (next: CampusInForce, before: CampusInForce) => Promise<void>): Promise<ConfigWatch>;
}

/** @throws StartRefusal naming file and line of every problem. */
export async function keepCampus(configDir: string, log: Log, work: ConfigWork): Promise<CampusKeeper> {
  const codecs = createCodecs();
  const health = createHealthBook(new Map(), ALWAYS_ON);
  const polls = createPollBook();
  const memory = createDecoderMemory();
  const loaded = await loadConfig(configDir);
  const first = campusFrom(loaded, codecs, health, polls, memory);
  if (!first.ok) throw refusal(configDir, first.problems, loaded.ok ? first.problems.length : loaded.problemCount);
  warn(log, first.warnings);
  let campus = first.campus;
  let trouble: string | undefined;

  const judge = async (
    result: ConfigResult,
    onNext: (next: CampusInForce, before: CampusInForce) => Promise<void>,
  ): Promise<void> => {
    const next = campusFrom(result, codecs, health, polls, memory);
    if (!next.ok) {
      trouble = describe(next.problems[0]);
      log.warn({ problems: next.problems.length }, `config not taken over: ${trouble}`);
      return;
    }
    trouble = undefined;
    warn(log, next.warnings);
    const before = campus;
    campus = next.campus;
    if (before.config.gateway.demo !== campus.config.gateway.demo)
      log.warn({}, 'gateway.yaml: demo takes effect at the next start, with a data folder of its own');
    await onNext(campus, before);
    log.info({}, 'config taken over');
  };
  return {
    current: () => campus,
    trouble: () => trouble,
    follow: (onNext) =>
      watchConfig({
        dir: configDir,
        work,
        onChange: (result) => judge(result, onNext),
        onError: (error) => log.warn({ err: error }, 'a change of the config folder could not be taken over'),
      }),
  };
}

function warn(log: Log, warnings: readonly ConfigProblem[]): void {
  for (const warning of warnings) log.warn({}, `config: ${describe(warning)}`);
}

/** @param count of all; at most 100 are listed */
function refusal(configDir: string, problems: readonly ConfigProblem[], count: number): StartRefusal {
  const lines = problems.map((problem) => `  ${describe(problem)}`);
  return new StartRefusal(
    EXIT_CONFIG,
    `配置有 ${count} 处问题（目录 ${configDir}），改好后再启动：\n${lines.join('\n')}`,
    `The config in ${configDir} has ${count} problem(s), ${count > problems.length ? `${problems.length} of them ` : ''}listed above; mend them and start again.`,
  );
}

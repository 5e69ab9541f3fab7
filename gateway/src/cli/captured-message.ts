/** A message to draft a profile from: a file with its payload, or the newest one that the running gateway keeps of a topic. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { keptFramesResponse } from '#contract/http/onboarding.ts';
import { cannot, messageOf, usage } from './command-refusal.ts';
import { findOwner } from './owner-api.ts';

export interface CapturedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Arrival, epoch ms. */
  readonly at: number;
}

/** @param topic of a file's payload; undefined when `from` is itself the topic. @throws CommandRefusal */
export async function capturedMessage(
  from: string,
  topic: string | undefined,
  dataDir: string,
): Promise<CapturedMessage> {
  if (topic === undefined) return keptMessage(from, dataDir);
  try {
    return { topic, payload: await readFile(from), at: Date.now() };
  } catch (error) {
    throw usage(`读不了 ${from}：${messageOf(error)}`, `${from} cannot be read: ${messageOf(error)}`);
  }
}

const frames = z.object({ items: keptFramesResponse.shape.items });

async function keptMessage(topic: string, dataDir: string): Promise<CapturedMessage> {
  const owner = await findOwner(dataDir);
  if (owner === undefined)
    throw cannot(
      '网关没有在运行：启动它，或用 --from 文件 --topic 主题。',
      'No gateway is running: start it, or give --from FILE --topic TOPIC.',
    );
  const { items } = await owner.ask('GET', `/onboarding/frames?limit=1&topic=${encodeURIComponent(topic)}`, frames);
  const [newest] = items;
  if (newest === undefined)
    throw cannot(
      `网关没有保留 ${topic} 的报文；若是文件，请加上 --topic。`,
      `The gateway keeps no message of ${topic}; if that is a file, give --topic as well.`,
    );
  if (newest.text === null || newest.truncated)
    throw cannot(
      `${topic} 的报文不是文本，或者太长，不能起草。`,
      `The message of ${topic} is no text, or too long to draft from.`,
    );
  return { topic, payload: Buffer.from(newest.text), at: newest.at };
}

/** What a page may know of the alarm tone. */
export interface AlarmState {
  /** State of the audio context; `none` where the machine has no audio at all. */
  readonly audio: AudioContextState | 'none';
  /** Whether the tone can be heard now. */
  readonly isTone: boolean;
  /** Whether audio ran without anybody touching the screen, as on a kiosk set up for it. */
  readonly runsByItself: boolean;
}

export interface Alarm {
  state(): AlarmState;
  subscribe(listener: () => void): () => void;
  /** Browsers let a page sound only after a tap: call this from one. Sounds once, so that the guard hears that it works. */
  arm(): Promise<void>;
  /** Repeats the tone until told otherwise. */
  setSounding(isSounding: boolean): void;
}

const periodS = 2.4;
const beeps = [
  { fromS: 0, hz: 880 },
  { fromS: 0.4, hz: 660 },
];
const beepS = 0.3;
const fadeS = 0.02;

/** Two falling tones and a pause. As one looped sound it keeps its beat, whatever the browser does to timers at night. */
function pattern(context: AudioContext): AudioBuffer {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, Math.ceil(periodS * rate), rate);
  const samples = buffer.getChannelData(0);
  for (const { fromS, hz } of beeps) {
    for (let at = 0; at < beepS * rate; at++) {
      const fade = Math.min(1, at / (fadeS * rate), (beepS * rate - at) / (fadeS * rate));
      samples[Math.floor(fromS * rate) + at] = 0.8 * fade * Math.sin((2 * Math.PI * hz * at) / rate);
    }
  }
  return buffer;
}

/** @param open makes the audio context; throws where there is none. */
export function createAlarm(open: () => AudioContext): Alarm {
  let context: AudioContext | undefined;
  try {
    context = open();
  } catch {
    // A machine without audio still shows everything; the page says that it is mute.
  }
  const runsByItself = context?.state === 'running';
  const listeners = new Set<() => void>();
  let source: AudioBufferSourceNode | undefined;
  let known = read();

  function read(): AlarmState {
    const audio = context?.state ?? 'none';
    return { audio, isTone: source !== undefined && audio === 'running', runsByItself };
  }

  function told(): void {
    known = read();
    for (const listener of listeners) listener();
  }
  context?.addEventListener('statechange', told);

  function play(loop: boolean): AudioBufferSourceNode | undefined {
    if (!context) return undefined;
    const node = new AudioBufferSourceNode(context, { buffer: pattern(context), loop });
    node.connect(context.destination);
    node.start();
    return node;
  }

  return {
    state: () => known,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async arm() {
      await context?.resume();
      if (!source) play(false);
      told();
    },
    setSounding(isSounding) {
      if (isSounding === (source !== undefined)) return;
      if (isSounding) source = play(true);
      else {
        source?.stop();
        source = undefined;
      }
      told();
    },
  };
}

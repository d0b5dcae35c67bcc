import { ReplaySubject } from 'rxjs';
import { channels, type Frame } from '../commands/link/frames.ts';
import type { Call, Ending } from '../commands/link/messages.ts';
import { openInlet, openOutlet, type SendFrame } from '../commands/link/pipe.ts';
import type { Incoming } from './control-plane.ts';
import type { TerminalSize } from './streams.ts';

/** One call under way, as the link sees it. */
export interface LinkCall {
  readonly incoming: Incoming;
  frame(frame: Frame): void;
  resize(size: TerminalSize): void;
  /** The client is gone, or the connection is. */
  hangUp(): void;
}

export interface LinkCallVoice {
  readonly sendFrame: SendFrame;
  readonly began: () => void;
  readonly ended: (ending: Ending) => void;
}

/** Opens the agent's end of a call. */
export const openLinkCall = (call: number, asked: Call, voice: LinkCallVoice): LinkCall => {
  const stdin = openInlet(voice.sendFrame, call, channels.stdin);
  const stdout = openOutlet(voice.sendFrame, call, channels.stdout);
  const stderr = openOutlet(voice.sendFrame, call, channels.stderr);
  // A size that comes before the process runs is its first.
  const resizes = new ReplaySubject<TerminalSize>(1);
  const gone = Promise.withResolvers<void>();
  let over = false;

  const close = () => {
    over = true;
    stdin.stream.destroy();
    resizes.complete();
    gone.resolve();
  };
  const finish = async (ending: Ending) => {
    if (over) return;
    // The last bytes go out before the word that it is over.
    await Promise.all([stdout, stderr].map(({ stream }) => new Promise<void>((resolve) => stream.end(resolve))));
    if (over) return;
    close();
    voice.ended(ending);
  };
  const abandon = () => {
    if (over) return;
    close();
    stdout.stream.destroy();
    stderr.stream.destroy();
  };

  return {
    incoming: {
      asked,
      streams: { stdin: stdin.stream, stdout: stdout.stream, stderr: stderr.stream, resizes, hungUp: gone.promise },
      began: () => voice.began(),
      ended: (ending) => void finish(ending),
    },
    frame: (frame) => {
      if (frame.type === 'taken') (frame.channel === channels.stderr ? stderr : stdout).taken(frame.bytes);
      else if (frame.channel === channels.stdin && frame.type === 'end') stdin.end();
      else if (frame.channel === channels.stdin && frame.type === 'data' && !stdin.data(frame.payload)) {
        abandon();
        voice.ended({ error: 'the control plane sent more than it may' });
      }
    },
    resize: (size) => resizes.next(size),
    hangUp: abandon,
  };
};

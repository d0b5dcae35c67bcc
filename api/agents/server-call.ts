import type { Readable, Writable } from 'node:stream';
import { channels, type Frame } from '../../commands/link/frames.ts';
import type { Ending } from '../../commands/link/messages.ts';
import { openInlet, openOutlet, type SendFrame } from '../../commands/link/pipe.ts';

/** A call to a node, as a client of the API is served by it. */
export interface ServerCall {
  /** What the client types; ending it ends the process's input. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The node has begun; rejects never: a call that cannot begin ends. */
  readonly began: Promise<void>;
  /** How it ended; the connection to the node lost is an ending with an error. */
  readonly ended: Promise<Ending>;
  resize(size: { readonly width: number; readonly height: number }): void;
  /** The client is gone: the node stops. Does nothing once it has ended. */
  hangUp(): void;
}

/** A call under way, as the link moves it. */
export interface OpenCall {
  readonly call: ServerCall;
  frame(frame: Frame): void;
  began(): void;
  ended(ending: Ending): void;
}

export interface ServerVoice {
  readonly sendFrame: SendFrame;
  readonly resize: (size: { readonly width: number; readonly height: number }) => void;
  readonly hangUp: () => void;
}

/** Opens the server's end of a call. */
export const openServerCall = (number: number, voice: ServerVoice): OpenCall => {
  const stdin = openOutlet(voice.sendFrame, number, channels.stdin);
  const inlets = {
    [channels.stdout]: openInlet(voice.sendFrame, number, channels.stdout),
    [channels.stderr]: openInlet(voice.sendFrame, number, channels.stderr),
  };
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Ending>();
  let over = false;

  const giveUp = (error: string) => {
    if (over) return;
    voice.hangUp();
    finish({ error });
  };
  const finish = (ending: Ending) => {
    if (over) return;
    over = true;
    for (const inlet of Object.values(inlets)) inlet.end();
    stdin.stream.destroy();
    ended.resolve(ending);
  };

  return {
    call: {
      stdin: stdin.stream,
      stdout: inlets[channels.stdout].stream,
      stderr: inlets[channels.stderr].stream,
      began: began.promise,
      ended: ended.promise,
      resize: (size) => {
        if (!over) voice.resize(size);
      },
      hangUp: () => giveUp('the client is gone'),
    },
    frame: (frame) => {
      if (frame.type === 'taken') return stdin.taken(frame.bytes);
      if (frame.channel === channels.stdin) return;
      const inlet = inlets[frame.channel];
      if (frame.type === 'end') inlet.end();
      else if (!inlet.data(frame.payload)) giveUp('the node sent more than it may');
    },
    began: () => began.resolve(),
    ended: finish,
  };
};

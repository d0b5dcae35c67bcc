import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { type RawData, WebSocket } from 'ws';
import {
  acceptRemoteCommand,
  type Outcome,
  type RemoteCommand,
  type Wanted,
} from '../../../api/streams/remote-command.ts';
import { notFound, type Rejection } from '../../../kinds/rejection.ts';
import { settled, type VirtualClock, virtualClock } from '../../support/clock.ts';
import { type Received, requestUpgrade, type SpdyClient, spdyClient } from './spdy-client.ts';

const everything: Wanted = { stdin: true, stdout: true, stderr: true, tty: false };
const success = '{"metadata":{},"status":"Success"}';
const failure = (code: number) =>
  JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  });
/** Here the server's messages are one buffer each. */
const textOf = (data: RawData) => (Buffer.isBuffer(data) ? data.toString() : '');

const until = async (holds: () => boolean) => {
  while (!holds()) await settled();
};

describe('a remote command', () => {
  let server: Server;
  let port = 0;
  let clock: VirtualClock;
  let wanted = everything;
  let accepted: PromiseWithResolvers<RemoteCommand | Rejection>;
  const closing: (() => void)[] = [];
  beforeEach(async () => {
    clock = virtualClock();
    wanted = everything;
    accepted = Promise.withResolvers();
    server = createServer();
    server.on('upgrade', (request, socket, head) => {
      acceptRemoteCommand({ request, socket, head }, wanted, clock).then(accepted.resolve, accepted.reject);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    // It listens on TCP.
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await new Promise((closed) => server.close(closed));
  });

  const command = async (): Promise<RemoteCommand> => {
    const answer = await accepted.promise;
    if ('rejected' in answer) throw new Error(answer.message);
    return answer;
  };
  const request = async (headers: readonly string[]) => {
    const answer = await requestUpgrade(port, headers);
    closing.push(() => answer.socket.destroy());
    return answer;
  };
  const spdy = async (...versions: readonly string[]): Promise<{ client: SpdyClient; head: string }> => {
    const { socket, head } = await request([
      'Upgrade: SPDY/3.1',
      ...versions.map((one) => `X-Stream-Protocol-Version: ${one}`),
    ]);
    const client = spdyClient(socket);
    closing.push(client.close);
    return { client, head };
  };
  const openAll = async (client: SpdyClient, names: readonly string[]) => {
    for (const [index, streamType] of names.entries()) await client.open(2 * index + 1, { streamType });
  };

  describe('over SPDY', () => {
    it('speaks the newest version that the client names first', async () => {
      const { head } = await spdy('v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io');
      expect(head.split('\r\n')).to.deep.equal([
        'HTTP/1.1 101 Switching Protocols',
        'Connection: Upgrade',
        'Upgrade: SPDY/3.1',
        'X-Stream-Protocol-Version: v4.channel.k8s.io',
        '',
        '',
      ]);
    });

    it('tells a client of version 4 by a Status how the command ended', async () => {
      const { client } = await spdy('v4.channel.k8s.io');
      await openAll(client, ['error', 'stdin', 'stdout', 'stderr']);
      const { stdout, stderr, done } = await command();
      stdout?.write('out');
      stderr?.write('err');
      void done({ exitCode: 42 });
      await once(client.socket, 'end');
      expect([1, 5, 7].map(client.textOf)).to.deep.equal([failure(42), 'out', 'err']);
    });

    const endings: readonly [string, Outcome, string][] = [
      ['v4.channel.k8s.io', { exitCode: 0 }, success],
      ['v3.channel.k8s.io', { exitCode: 0 }, ''],
      ['v2.channel.k8s.io', { exitCode: 3 }, 'command terminated with non-zero exit code: exit status 3'],
      ['channel.k8s.io', { failed: 'x' }, 'Internal error occurred: error executing command in container: x'],
      ['v3.channel.k8s.io', notFound({ resource: 'pods' }, 'web'), 'pods "web" not found'],
    ];
    for (const [version, outcome, said] of endings)
      it(`says "${said}" to ${version}`, async () => {
        wanted = { ...everything, stdin: false, stderr: false };
        const { client } = await spdy(version);
        await openAll(client, ['error', 'stdout']);
        await (await command()).done(outcome);
        await once(client.socket, 'end');
        expect(client.textOf(1)).to.equal(said);
      });

    it('wants a resize stream with a terminal, and no stderr', async () => {
      wanted = { ...everything, tty: true };
      const { client } = await spdy('v3.channel.k8s.io');
      await openAll(client, ['error', 'stdin', 'stdout', 'resize']);
      expect(await command()).to.include({ stderr: undefined });
    });

    it('takes the first stream of each name only, and none that was not asked for', async () => {
      wanted = { ...everything, stdin: false, stderr: false };
      const { client } = await spdy('v4.channel.k8s.io');
      await openAll(client, ['stdin', 'error', 'error', 'x', 'stdout']);
      await command();
      const reset = (all: readonly Received[]) => all.filter(({ type }) => type === 3);
      await client.until((all) => reset(all).length === 3);
      expect(reset(client.received).map((frame) => 'words' in frame && frame.words[0])).to.deep.equal([1, 5, 7]);
    });

    it('gives up after 30 s when streams are missing', async () => {
      const { client } = await spdy('v4.channel.k8s.io');
      await openAll(client, ['error', 'stdin']);
      await client.until((all) => all.filter(({ type }) => type === 2).length === 2);
      clock.advance(30_000);
      expect(await accepted.promise).to.deep.include({ rejected: 'Timeout' });
      await once(client.socket, 'end');
    });

    it('gives up at once when the client goes', async () => {
      const { client } = await spdy('v4.channel.k8s.io');
      client.close();
      expect(await accepted.promise).to.deep.include({ rejected: 'Timeout' });
    });
  });

  describe('over a WebSocket', () => {
    const webSocket = async (protocols: readonly string[]) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/exec`, [...protocols]);
      closing.push(() => socket.terminate());
      const messages: string[] = [];
      socket.on('message', (data) => messages.push(textOf(data)));
      await once(socket, 'open');
      return { socket, messages };
    };

    it('ends the input when a client of version 5 says so', async () => {
      const { socket } = await webSocket(['v5.channel.k8s.io', 'v4.channel.k8s.io']);
      expect(socket.protocol).to.equal('v5.channel.k8s.io');
      const { stdin } = await command();
      socket.send(Buffer.from('\x00hello'));
      socket.send(Buffer.of(255, 0));
      expect(String(Buffer.concat((await stdin?.toArray()) ?? []))).to.equal('hello');
    });

    it('does not take such a message from an older client', async () => {
      const { socket } = await webSocket(['v4.channel.k8s.io']);
      const { stdin } = await command();
      socket.send(Buffer.of(255, 0));
      socket.send(Buffer.from('\x00on'));
      expect(String((await once(stdin ?? new PassThrough(), 'data'))[0])).to.equal('on');
    });

    it('tells the client at once that it is connected, and at the end how it ended', async () => {
      const { socket, messages } = await webSocket(['v4.channel.k8s.io']);
      const { stdout, stderr, done } = await command();
      stdout?.write('out');
      stderr?.write('err');
      await done({ exitCode: 0 });
      const [code] = (await once(socket, 'close')) as [number];
      expect(messages).to.deep.equal(['\x01', '\x01out', '\x02err', `\x03${success}`]);
      expect(code).to.equal(1000);
    });

    it('speaks base64 in text', async () => {
      const { socket, messages } = await webSocket(['base64.channel.k8s.io']);
      const { stdin, stdout, done } = await command();
      socket.send(`0${Buffer.from('hello').toString('base64')}`);
      expect(String((await once(stdin ?? new PassThrough(), 'data'))[0])).to.equal('hello');
      stdout?.write('out');
      await done({ exitCode: 1 });
      await once(socket, 'close');
      const said = Buffer.from('command terminated with non-zero exit code: exit status 1').toString('base64');
      expect(messages).to.deep.equal(['1', `1${Buffer.from('out').toString('base64')}`, `3${said}`]);
    });

    it('takes a client that names no version for one of version 1', async () => {
      const { socket, messages } = await webSocket([]);
      await (await command()).done({ exitCode: 0 });
      await once(socket, 'close');
      expect([socket.protocol, messages]).to.deep.equal(['', ['\x01']]);
    });

    it('passes the sizes of the terminal on', async () => {
      wanted = { ...everything, tty: true };
      const { socket } = await webSocket(['v5.channel.k8s.io']);
      const { resize } = await command();
      socket.send(Buffer.from('\x04{"Width":80,"Height":24}'));
      socket.send(Buffer.from('\x04{"Width":81,"Height":25}'));
      const sizes = resize?.[Symbol.asyncIterator]();
      expect((await sizes?.next())?.value).to.deep.equal({ width: 80, height: 24 });
      expect((await sizes?.next())?.value).to.deep.equal({ width: 81, height: 25 });
    });

    it('stops reading while input waits, and lets the client hear from it every 10 s', async () => {
      const { socket } = await webSocket(['v5.channel.k8s.io']);
      const { stdin } = await command();
      let heard = 0;
      socket.on('pong', () => heard++);
      for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(100_001));
      await until(() => (stdin?.readableLength ?? 0) >= 262_144);
      await settled();
      const held = stdin?.readableLength ?? 0;
      expect(held).to.be.lessThan(1_000_000);
      clock.advance(9_999);
      const pong = once(socket, 'pong');
      expect(heard).to.equal(0);
      clock.advance(1);
      await pong;
      let read = 0;
      for await (const part of stdin ?? []) {
        read += (part as Buffer).length;
        if (read === 10_000_000) break;
      }
    });

    it('destroys the input when the client is gone', async () => {
      const { socket } = await webSocket(['v5.channel.k8s.io']);
      const { stdin, closed, done } = await command();
      socket.terminate();
      await closed;
      expect(stdin?.destroyed).to.equal(true);
      await done({ exitCode: 0 });
    });

    it('is cut when nothing moved for 4 hours', async () => {
      await webSocket(['v5.channel.k8s.io']);
      const { closed } = await command();
      clock.advance(4 * 3_600_000);
      expect((await closed)?.message).to.equal('Nothing moved on the connection for 4 hours');
    });
  });

  describe('is refused', () => {
    const bodyOf = async (headers: readonly string[]) => {
      const { head } = await request(headers);
      const [first = '', ...rest] = head.split('\r\n');
      return { first, text: rest.join('\n') };
    };

    it('when the client wants neither WebSocket nor SPDY', async () => {
      const { first, text } = await bodyOf(['Upgrade: h2c']);
      expect(first).to.equal('HTTP/1.1 400 Bad Request');
      expect(text).to.contain('"message":"Upgrade request required","reason":"BadRequest"');
    });

    it('when client and server have no version in common', async () => {
      const { first, text } = await bodyOf(['Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: v9.channel.k8s.io']);
      expect(first).to.equal('HTTP/1.1 403 Forbidden');
      expect(text).to.contain(
        'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v4.channel.k8s.io v3',
      );
    });

    it('when a WebSocket offers only others, or its handshake is none', async () => {
      const handshake = [
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ];
      expect((await bodyOf([...handshake, 'Sec-WebSocket-Protocol: chat'])).first).to.equal('HTTP/1.1 403 Forbidden');
      expect((await bodyOf(['Upgrade: websocket'])).first).to.match(/^HTTP\/1\.1 (400|405) /);
      expect(await accepted.promise).to.have.property('rejected');
    });
  });
});

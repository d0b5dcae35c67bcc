import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Client, RunOptions } from './kubectl.ts';

const answerMsMax = 5_000;

/** The body of what an address answers to a GET on a connection of its own. Throws unless that is a 200 within 5 s. */
export const bodyFrom = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = get(url, { agent: false, timeout: answerMsMax }, (answer) => {
      text(answer).then(
        (body) =>
          answer.statusCode === 200 ? resolve(body) : reject(new Error(`${url}: ${answer.statusCode} ${body}`)),
        reject,
      );
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`${url}: no answer within ${answerMsMax} ms`)));
  });

/** Runs kubectl, which must succeed, and gives what it printed, without blanks at its ends. */
export const saidBy =
  (kubectl: Client, options: RunOptions = {}) =>
  async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await kubectl.run(args, options);
    expect(code, `kubectl ${args.join(' ')}: ${stderr}${stdout}`).to.equal(0);
    return stdout.trim();
  };

import { expect } from 'chai';
import { wantedIn } from '../../../api/streams/remote-command.ts';

describe('what the query of an exec asks for', () => {
  it('is at least one stream', () => {
    expect(wantedIn(new URLSearchParams('command=sh&tty=true'))).to.deep.equal({
      rejected: 'BadRequest',
      message: 'you must specify at least 1 of stdin, stdout, stderr',
    });
    expect(wantedIn(new URLSearchParams('stdout=1'))).to.deep.equal({
      stdin: false,
      stdout: true,
      stderr: false,
      tty: false,
    });
  });

  it('is no stderr with a terminal, which has one output', () => {
    expect(wantedIn(new URLSearchParams('stdin=true&stdout=true&stderr=true&tty=true'))).to.deep.equal({
      stdin: true,
      stdout: true,
      stderr: false,
      tty: true,
    });
  });
});

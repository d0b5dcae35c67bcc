import { expect } from 'chai';
import { executable, readExecutable } from '../../../runtime-agent/images/elf.ts';

describe('a program file', () => {
  for (const architecture of ['amd64', 'arm64'] as const) {
    it(`for ${architecture} can be read again`, () => {
      expect(readExecutable(executable(architecture, Buffer.from('code')))).deep.equal({
        architecture,
        dynamic: false,
      });
    });
  }

  it('that needs a loader says so', () => {
    const file = executable('amd64', Buffer.alloc(8));
    file.writeUInt32LE(3, 64); // the kind of the first segment: the path of a loader
    expect(readExecutable(file)).include({ dynamic: true });
  });

  it('for another machine, or none at all, is not ours', () => {
    const other = executable('amd64', Buffer.alloc(8));
    other.writeUInt16LE(8, 18);
    expect(readExecutable(other)).equal(undefined);
    expect(readExecutable(Buffer.from('#!/bin/sh\n'))).equal(undefined);
    expect(readExecutable(Buffer.alloc(0))).equal(undefined);
  });
});

import { imageArchive } from './archive.ts';
import { type Architecture, executable } from './elf.ts';

/** The sandbox's image: one process that holds a pod's namespaces. */
export const pauseImage = 'reckon/pause:1';

/**
 * The whole program. As process 1 of a pod it blocks all signals and takes them one by one: SIGTERM and SIGINT end it at
 * once, SIGCHLD makes it reap every process that has ended, its own children or adopted ones. (A process 1 that does not
 * ask for SIGTERM never gets it.) `set` are eight bytes of ones: all signals.
 */
const program: Readonly<Record<Architecture, string>> = {
  amd64: `
    b80e000000     |       mov eax, 14      | rt_sigprocmask(
    bf02000000     |       mov edi, 2       |   SIG_SETMASK,
    488d3554000000 |       lea rsi, [set]   |   set,
    31d2           |       xor edx, edx     |   nothing to tell of the old set,
    41ba08000000   |       mov r10d, 8      |   the set's size)
    0f05           |       syscall          |
    b880000000     | next: mov eax, 128     | rt_sigtimedwait(
    488d3d3e000000 |       lea rdi, [set]   |   set,
    31f6           |       xor esi, esi     |   nothing to tell of the signal,
    31d2           |       xor edx, edx     |   no time limit,
    41ba08000000   |       mov r10d, 8      |   the set's size)
    0f05           |       syscall          |
    83f80f         |       cmp eax, 15      | SIGTERM
    7424           |       je done          |
    83f802         |       cmp eax, 2       | SIGINT
    741f           |       je done          |
    83f811         |       cmp eax, 17      | SIGCHLD
    75d9           |       jne next         |
    b83d000000     | reap: mov eax, 61      | wait4(
    83cfff         |       or edi, -1       |   any child,
    31f6           |       xor esi, esi     |   nothing to tell of its end,
    ba01000000     |       mov edx, 1       |   WNOHANG,
    4531d2         |       xor r10d, r10d   |   nothing to tell of its use)
    0f05           |       syscall          |
    85c0           |       test eax, eax    | its id, 0 when all others run, or an error when there is none
    7fe8           |       jg reap          |
    ebbf           |       jmp next         |
    b83c000000     | done: mov eax, 60      | exit(
    31ff           |       xor edi, edi     |   0)
    0f05           |       syscall          |
    ffffffffffffffff | set:                 |
  `,
  arm64: `
    d28010e8       |       mov x8, #135     | rt_sigprocmask(
    b27f03e0       |       mov x0, #2       |   SIG_SETMASK,
    10000381       |       adr x1, set      |   set,
    aa1f03e2       |       mov x2, xzr      |   nothing to tell of the old set,
    b27d03e3       |       mov x3, #8       |   the set's size)
    d4000001       |       svc #0           |
    d2801128       | next: mov x8, #137     | rt_sigtimedwait(
    100002e0       |       adr x0, set      |   set,
    aa1f03e1       |       mov x1, xzr      |   nothing to tell of the signal,
    aa1f03e2       |       mov x2, xzr      |   no time limit,
    b27d03e3       |       mov x3, #8       |   the set's size)
    d4000001       |       svc #0           |
    71003c1f       |       cmp w0, #15      | SIGTERM
    540001c0       |       b.eq done        |
    7100081f       |       cmp w0, #2       | SIGINT
    54000180       |       b.eq done        |
    7100441f       |       cmp w0, #17      | SIGCHLD
    54fffea1       |       b.ne next        |
    d2802088       | reap: mov x8, #260     | wait4(
    92800000       |       mov x0, #-1      |   any child,
    aa1f03e1       |       mov x1, xzr      |   nothing to tell of its end,
    b24003e2       |       mov x2, #1       |   WNOHANG,
    aa1f03e3       |       mov x3, xzr      |   nothing to tell of its use)
    d4000001       |       svc #0           |
    7100001f       |       cmp w0, #0       | its id, 0 when all others run, or an error when there is none
    54ffff2c       |       b.gt reap        |
    17ffffec       |       b next           |
    d2800ba8       | done: mov x8, #93      | exit(
    aa1f03e0       |       mov x0, xzr      |   0)
    d4000001       |       svc #0           |
    ffffffff       | set:                   |
    ffffffff       |                        |
  `,
};

/** The machine code of a listing: the first column. */
const assemble = (architecture: Architecture): Buffer => {
  const hex = program[architecture].replaceAll(/\|.*$/gm, '').replaceAll(/\s/g, '');
  const code = Buffer.from(hex, 'hex');
  return architecture === 'arm64' ? code.swap32() : code; // words, written with the low byte first
};

/** {@link pauseImage} as an archive that `Runtime.loadImages` takes. */
export const pauseArchive = (architecture: Architecture): Promise<Buffer> =>
  imageArchive({
    architecture,
    files: [{ path: 'pause', mode: 0o755, content: executable(architecture, assemble(architecture)) }],
    images: [{ reference: pauseImage, config: { Entrypoint: ['/pause'], User: '65535:65535' } }],
  });

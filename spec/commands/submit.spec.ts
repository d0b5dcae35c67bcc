import { expect } from 'chai';
import { admissions } from '../../commands/admission/index.ts';
import { openLanes } from '../../commands/lane.ts';
import { submitTo } from '../../commands/submit.ts';
import { type EventLog, LogUnavailable } from '../../events/log.ts';
import { memoryLog } from '../../events/memory.ts';
import type { ConfigMap } from '../../kinds/config-map.ts';
import { kinds } from '../../kinds/index.ts';
import { isRejection } from '../../kinds/rejection.ts';
import { settled, virtualClock } from '../support/clock.ts';
import { accepted, type Door, openDoor } from '../support/door.ts';

const ref = { resource: 'configmaps', namespace: 'default', name: 'web' };
const map = (data: object = {}) => ({ metadata: { name: 'web' }, data });
const by = { user: 'alice', groups: ['admins'] };
const command = (id: string, more: object) =>
  ({ id, at: 0, ref, by, via: 'api', manager: 'kubectl', causes: [4, 5], ...more }) as never;

const furnished = async (): Promise<Door> => {
  const door = openDoor();
  await door.made('namespaces', '', { metadata: { name: 'default' } });
  return door;
};
const dataOf = ({ world }: Door) => world.get<ConfigMap>(ref)?.data;

describe('the door', () => {
  it('answers once the World shows what was recorded', async () => {
    const door = await furnished();
    const outcome = await door.create('configmaps', 'default', map());
    expect(accepted(outcome)).to.equal(door.world.get(ref));
  });

  it('records who asked, through what, by which command, and what it follows from', async () => {
    const door = await furnished();
    await door.submit(command('c1', { type: 'Create', object: map() }));
    const [recorded] = (await door.story()).slice(-1);
    expect(recorded?.origin).to.deep.equal({ command: 'c1', by, via: 'api', manager: 'kubectl', causes: [4, 5] });
  });

  it('carries out a command once, however often it comes', async () => {
    const door = await furnished();
    const create = command('c1', { type: 'Create', object: map() });
    const [first, second] = [await door.submit(create), await door.submit(create)];
    expect(second).to.equal(first);
    expect((await door.story()).filter((one) => one.ref.name === 'web')).to.have.length(1);
  });

  it('carries out a command once though another door has done so', async () => {
    const door = await furnished();
    const create = command('c1', {
      type: 'Create',
      ref: { ...ref, name: '' },
      object: { metadata: { generateName: 'web-' } },
    });
    const first = accepted(await door.submit(create));
    const other = openDoor(door.clock, door.log);
    expect(accepted(await other.submit(create))).to.deep.equal(first);
    expect(door.world.list('configmaps')).to.have.length(1);
  });

  it('gives the same uid and name to the same command, others to another', async () => {
    const made = async (id: string) => {
      const door = await furnished();
      const object = { metadata: { generateName: 'web-' } };
      const { metadata } = accepted(
        await door.submit(command(id, { type: 'Create', ref: { ...ref, name: '' }, object })),
      );
      return `${metadata.name} ${metadata.uid}`;
    };
    expect(await made('c1'))
      .to.equal(await made('c1'))
      .and.not.equal(await made('c2'));
  });

  it('finds another name when a generated one is taken', async () => {
    const door = await furnished();
    const generated = (id: string) =>
      command(id, { type: 'Create', ref: { ...ref, name: '' }, object: { metadata: { generateName: 'web-' } } });
    const { name } = accepted(await door.submit(generated('c1'))).metadata;
    await door.remove({ ...ref, name });
    await door.create('configmaps', 'default', { metadata: { name } });
    // The same command through another door, which does not remember it.
    const other = openDoor(door.clock, door.log);
    expect(accepted(await other.submit(generated('c1'))).metadata.name)
      .to.match(/^web-/)
      .and.not.equal(name);
  });

  it('makes a name again that was used before, as another object of the same history', async () => {
    const door = await furnished();
    const first = await door.made('configmaps', 'default', map());
    await door.remove(ref);
    const second = await door.made('configmaps', 'default', map());
    expect(second.metadata.uid).not.to.equal(first.metadata.uid);
    const revisions = (await door.story()).filter((one) => one.ref.name === 'web').map(({ revision }) => revision);
    expect(revisions).to.deep.equal([0, 1, 2]);
  });

  it('decides one after the other what concerns one object', async () => {
    const door = await furnished();
    await door.made('configmaps', 'default', map());
    await Promise.all(['a', 'b', 'c'].map((key) => door.merge(ref, { data: { [key]: '1' } })));
    expect(dataOf(door)).to.deep.equal({ a: '1', b: '1', c: '1' });
  });

  it('decides again when another writer was faster', async () => {
    const door = await furnished();
    const other = openDoor(door.clock, door.log);
    await door.made('configmaps', 'default', map());
    await Promise.all([door.merge(ref, { data: { a: '1' } }), other.merge(ref, { data: { b: '2' } })]);
    expect(dataOf(door)).to.deep.equal({ a: '1', b: '2' });
  });

  it('refuses a write on what has changed since, whoever was faster', async () => {
    const door = await furnished();
    const other = openDoor(door.clock, door.log);
    const before = await door.made('configmaps', 'default', map());
    const outcomes = await Promise.all(
      [door, other].map((one, i) => one.ask(ref, { type: 'Replace', object: { ...before, data: { by: `${i}` } } })),
    );
    const [refusal, ...more] = outcomes.filter(isRejection);
    expect(more).to.deep.equal([]);
    expect(refusal?.message).to.equal(
      'Operation cannot be fulfilled on configmaps "web": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('on a dry run answers what would come of it, and records nothing', async () => {
    const door = await furnished();
    const { length } = await door.story();
    const tried = accepted(await door.create('configmaps', 'default', map({ a: '1' }), { dryRun: true })) as ConfigMap;
    expect(tried.data).to.deep.equal({ a: '1' });
    expect(tried.metadata.uid).to.match(/^[0-9a-f-]{36}$/);
    await door.made('configmaps', 'default', map());
    const gone = await door.ask(ref, { type: 'Delete', options: {}, dryRun: true });
    expect(gone).to.include({ gone: true });
    expect(await door.story()).to.have.length(length + 1);
  });

  it('records nothing for what is so already', async () => {
    const door = await furnished();
    await door.made('configmaps', 'default', map({ a: '1' }));
    const outcome = await door.merge(ref, { data: { a: '1' } });
    expect(outcome).to.deep.include({ events: [], gone: false });
  });

  it('knows no kind but those it serves', async () => {
    const door = await furnished();
    expect(await door.ask({ ...ref, resource: 'things.example.org' }, { type: 'Delete', options: {} })).to.include({
      rejected: 'NotFound',
      message: 'the server could not find the requested resource',
    });
  });

  it('refuses a command that the kind does not know', async () => {
    const door = await furnished();
    await door.made('configmaps', 'default', map());
    expect(await door.ask(ref, { type: 'Bind', node: 'a' })).to.include({ rejected: 'MethodNotAllowed' });
  });

  describe('in front of a log that', () => {
    const before = (broken: Partial<EventLog>) => {
      const door = openDoor();
      const { world, shows } = door;
      return submitTo({ log: { ...door.log, ...broken }, world, kinds, admissions, reservations: [], shows });
    };
    const create = command('c1', {
      type: 'Create',
      ref: { resource: 'namespaces', namespace: '', name: 'web' },
      object: { metadata: { name: 'web' } },
    });
    const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
      asked.then(
        () => 'it worked',
        (error: unknown) => error,
      );

    it('is away says so, and may be asked again', async () => {
      let away = true;
      const log = memoryLog(virtualClock());
      const submit = before({
        append: (append) => (away ? Promise.reject(new LogUnavailable('the disk is full')) : log.append(append)),
      });
      expect(await failureOf(submit(create))).to.be.instanceOf(LogUnavailable);
      away = false;
      // The World of this door follows another log: the answer never comes, but the event is there.
      void submit(create);
      await settled();
      expect(await log.head()).to.equal(1);
    });
  });
});

describe('lanes', () => {
  it('run one key in order and different keys side by side', async () => {
    const lane = openLanes();
    const log: string[] = [];
    const gates = new Map<string, () => void>();
    const run = (key: string, name: string) =>
      lane(key, () => {
        log.push(name);
        return new Promise<void>((resolve) => void gates.set(name, resolve));
      });
    void run('a', 'a1');
    void run('a', 'a2');
    void run('b', 'b1');
    expect(log).to.deep.equal(['a1', 'b1']);
    gates.get('a1')?.();
    await settled();
    expect(log).to.deep.equal(['a1', 'b1', 'a2']);
  });

  it("go on after a failure, which is its caller's to hear", async () => {
    const lane = openLanes();
    const failed = lane('a', () => Promise.reject(new Error('no'))).catch((error: Error) => error.message);
    expect(await lane('a', async () => 'yes')).to.equal('yes');
    expect(await failed).to.equal('no');
  });
});

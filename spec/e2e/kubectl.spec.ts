import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { bodyFrom, saidBy } from '../support/answers.ts';
import { type Client, clientsRunHere, releases } from '../support/kubectl.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));

/** Waits until what a process prints matches; throws what it printed when it ends first or says nothing of the kind in 20 s. */
const prints = (child: ChildProcessWithoutNullStreams, wanted: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => reject(new Error(`Expected ${wanted} in:\n${printed}`)), 20_000);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    const see = (chunk: Buffer) => {
      printed += chunk.toString();
      if (wanted.test(printed)) settle(() => resolve(printed));
    };
    child.stdout.on('data', see);
    child.stderr.on('data', see);
    child.on('close', () => settle(() => reject(new Error(`Ended without ${wanted}:\n${printed}`))));
  });

for (const release of releases)
  describe(`stock kubectl ${release}`, function () {
    this.timeout(60_000);
    const namespace = `stock-${release}`;
    let cluster: RealCluster;
    let kubectl: Client;
    let say: ReturnType<typeof saidBy>;
    const children: ChildProcessWithoutNullStreams[] = [];
    const inNamespace = (args: readonly string[]) => [`--namespace=${namespace}`, ...args];
    const start = (...args: readonly string[]) => {
      const child = kubectl.start(inNamespace(args));
      children.push(child);
      return child;
    };
    const podNames = async (selector = 'app=web') =>
      (await say('get', 'pods', '-l', selector, '-o', 'jsonpath={.items[*].metadata.name}'))
        .split(' ')
        .filter(Boolean)
        .sort();

    before(async function () {
      if (!clientsRunHere) this.skip();
      cluster = await realCluster();
      const editor = join(cluster.home, 'editor.sh');
      await writeFile(editor, '#!/bin/sh\nsed -i "s/color: blue/color: green/" "$1"\n');
      await chmod(editor, 0o755);
      kubectl = await cluster.kubectl(release, { EDITOR: editor });
      say = (...args) => saidBy(kubectl)(...inNamespace(args));
      expect(await say('create', 'namespace', namespace)).to.equal(`namespace/${namespace} created`);
      await say('apply', '-f', example);
      await say('rollout', 'status', 'deployment/web', '--timeout=25s');
    });
    after(async () => {
      for (const child of children) child.kill('SIGKILL');
      await say?.('delete', 'namespace', namespace, '--wait=false');
    });

    it('applies again, from a file and from its input, and shows the difference', async () => {
      expect(await say('apply', '-f', example)).to.equal('deployment.apps/web unchanged\nservice/web unchanged');
      const map = (value: string) =>
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { value } });
      const apply = (value: string, ...more: string[]) =>
        saidBy(kubectl, { stdin: map(value) })(...inNamespace(['apply', '-f', '-', ...more]));
      expect(await apply('1')).to.equal('configmap/applied created');
      expect(await apply('2', '--dry-run=server')).to.equal('configmap/applied configured (server dry run)');
      expect(await say('get', 'configmap', 'applied', '-o', 'jsonpath={.data.value}')).to.equal('1');
      const { code, stdout } = await kubectl.run(inNamespace(['diff', '-f', '-']), { stdin: map('2') });
      expect([code, /^-\s+value: "1"$/m.test(stdout), /^\+\s+value: "2"$/m.test(stdout)]).to.deep.equal([
        1,
        true,
        true,
      ]);
      expect(await apply('2')).to.equal('configmap/applied configured');
    });

    it('creates what it has commands for', async () => {
      for (const [words, made] of [
        ['configmap colors --from-literal=color=blue', 'configmap/colors created'],
        ['secret generic hidden --from-literal=password=x', 'secret/hidden created'],
        ['serviceaccount robot', 'serviceaccount/robot created'],
        ['deployment idle --image=reckon/demo:1 --replicas=0', 'deployment.apps/idle created'],
        ['service clusterip plain --tcp=80:8080', 'service/plain created'],
      ] as const)
        expect(await say('create', ...words.split(' '))).to.equal(made);
      const again = await kubectl.run(inNamespace(['create', 'configmap', 'colors']));
      expect(again).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: 'error: failed to create configmap: configmaps "colors" already exists\n',
      });
    });

    it('gets in every form', async () => {
      const [name = ''] = await podNames();
      expect(await say('get', 'deployment', 'web')).to.match(
        /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +3\/3 +3 +3 +\S+$/,
      );
      expect(await say('get', 'deployment', 'web', '-o', 'wide')).to.match(/web +reckon\/demo:1 +app=web$/);
      expect(await say('get', 'pods', '-o', 'name')).to.contain(`pod/${name}`);
      expect(JSON.parse(await say('get', 'pod', name, '-o', 'json'))).to.have.nested.property(
        'status.phase',
        'Running',
      );
      expect(await say('get', 'pod', name, '-o', 'yaml')).to.match(/^apiVersion: v1\nkind: Pod\n/);
      expect(await say('get', 'pod', name, '-o', 'jsonpath={.status.phase}')).to.equal('Running');
      expect(await say('get', 'pod', name, '-o', 'go-template={{.metadata.name}}')).to.equal(name);
      expect(
        await say('get', 'pods', '-l', 'app=web', '--no-headers', '-o', 'custom-columns=P:.status.phase'),
      ).to.equal('Running\nRunning\nRunning');
      expect(await say('get', 'pods', '--show-labels', '-L', 'app'))
        .to.match(/LABELS/)
        .and.to.match(/pod-template-hash=/);
      expect(await say('get', 'pods', '--field-selector=status.phase=Pending')).to.equal('');
      expect(await say('get', 'pods', '--sort-by=.metadata.name', '-o', 'name')).to.match(/^pod\/web-/);
      expect(await say('get', 'all'))
        .to.match(/pod\/web-/)
        .and.to.match(/service\/web /)
        .and.to.match(/deployment\.apps\/web /)
        .and.to.match(/replicaset\.apps\/web-/);
      expect(await say('get', 'nodes', '-o', 'wide'))
        .to.match(/ Ready +/)
        .and.to.match(/docker:\/\//);
      const events = await say('get', 'events', '--field-selector', `involvedObject.name=${name}`);
      for (const reason of ['Scheduled', 'Created', 'Started']) expect(events).to.contain(reason);
      expect(await say('events', '--for', `pod/${name}`)).to.contain('Started');
      expect((await kubectl.run(inNamespace(['get', 'pod', 'nobody']))).stderr).to.equal(
        'Error from server (NotFound): pods "nobody" not found\n',
      );
    });

    it('watches', async () => {
      const watch = start('get', 'configmaps', '-w', '--output-watch-events');
      const seen = prints(watch, /ADDED +watched .*[\s\S]*MODIFIED +watched .*[\s\S]*DELETED +watched /);
      await prints(watch, /ADDED +colors /);
      await say('create', 'configmap', 'watched', '--from-literal=a=1');
      await say('label', 'configmap', 'watched', 'x=y');
      await say('delete', 'configmap', 'watched');
      await seen;
    });

    it('describes, explains and lists resources', async () => {
      expect(await say('describe', 'configmap', 'colors')).to.match(/color:\n----\nblue/);
      expect(await say('explain', 'deployment.spec.replicas')).to.match(/FIELD: replicas <integer>/);
      expect(await say('explain', 'pod.spec.containers.livenessProbe', '--recursive')).to.contain('failureThreshold');
      const resources = await say('api-resources');
      expect(resources)
        .to.match(/^pods +po +v1 +true +Pod$/m)
        .and.to.match(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
      expect(await say('api-versions')).to.match(/^apps\/v1$/m);
      expect(await say('version')).to.match(/Server Version: v1\.34/);
      expect(await say('cluster-info')).to.contain('is running at');
    });

    it('edits with an editor, labels, annotates and patches', async () => {
      expect(await say('edit', 'configmap', 'colors')).to.equal('configmap/colors edited');
      expect(await say('get', 'configmap', 'colors', '-o', 'jsonpath={.data.color}')).to.equal('green');
      expect(await say('label', 'configmap', 'colors', 'tier=one')).to.equal('configmap/colors labeled');
      expect((await kubectl.run(inNamespace(['label', 'configmap', 'colors', 'tier=two']))).stderr).to.contain(
        '--overwrite is false',
      );
      expect(await say('label', 'configmap', 'colors', 'tier-')).to.equal('configmap/colors unlabeled');
      expect(await say('annotate', 'configmap', 'colors', 'note=kept')).to.equal('configmap/colors annotated');
      for (const [type, patch] of [
        ['strategic', '{"data":{"a":"1"}}'],
        ['merge', '{"data":{"b":"2"}}'],
        ['json', '[{"op":"add","path":"/data/c","value":"3"}]'],
      ] as const)
        expect(await say('patch', 'configmap', 'colors', `--type=${type}`, '-p', patch)).to.equal(
          'configmap/colors patched',
        );
      expect(JSON.parse(await say('get', 'configmap', 'colors', '-o', 'jsonpath={.data}'))).to.deep.equal({
        color: 'green',
        a: '1',
        b: '2',
        c: '3',
      });
      const replaced = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'colors' }, data: {} });
      expect(await saidBy(kubectl, { stdin: replaced })(...inNamespace(['replace', '-f', '-']))).to.equal(
        'configmap/colors replaced',
      );
    });

    it('scales and waits', async () => {
      expect(await say('scale', 'deployment/web', '--replicas=2')).to.equal('deployment.apps/web scaled');
      expect(await say('wait', '--for=jsonpath={.status.replicas}=2', 'deployment/web', '--timeout=15s')).to.equal(
        'deployment.apps/web condition met',
      );
      expect(await say('wait', '--for=condition=Available', 'deployment/web', '--timeout=15s')).to.equal(
        'deployment.apps/web condition met',
      );
      expect(
        (await kubectl.run(inNamespace(['wait', '--for=condition=Never', 'deployment/web', '--timeout=1s']))).code,
      ).to.equal(1);
    });

    it('rolls out: image, resources, pause, resume, restart, history, undo', async () => {
      const rolled = async () =>
        expect(await say('rollout', 'status', 'deployment/web', '--timeout=25s')).to.contain('successfully rolled out');
      const template = () => say('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template}');
      const first = await template();
      expect(await say('rollout', 'pause', 'deployment/web')).to.equal('deployment.apps/web paused');
      expect(await say('set', 'image', 'deployment/web', 'web=reckon/demo:2')).to.equal(
        'deployment.apps/web image updated',
      );
      expect(await say('set', 'resources', 'deployment/web', '--limits=memory=32Mi')).to.equal(
        'deployment.apps/web resource requirements updated',
      );
      expect(await say('set', 'env', 'deployment/web', 'COLOR=red')).to.equal('deployment.apps/web env updated');
      expect(
        (await say('get', 'replicasets', '-o', 'name')).split('\n').filter((one) => one.includes('/web-')),
      ).to.have.length(1);
      expect(await say('rollout', 'resume', 'deployment/web')).to.equal('deployment.apps/web resumed');
      await rolled();
      expect(await say('rollout', 'history', 'deployment/web')).to.match(
        /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>$/,
      );
      expect(await say('rollout', 'history', 'deployment/web', '--revision=2')).to.match(/Image:\s+reckon\/demo:2/);
      expect(await say('rollout', 'undo', 'deployment/web', '--to-revision=1')).to.equal(
        'deployment.apps/web rolled back',
      );
      await rolled();
      expect(await template()).to.equal(first);
      expect(await say('rollout', 'restart', 'deployment/web')).to.equal('deployment.apps/web restarted');
      await rolled();
      expect(await say('rollout', 'history', 'deployment/web')).to.match(/\n2 .*\n3 .*\n4 /);
    });

    it('exposes a Deployment and runs a pod', async () => {
      expect(await say('expose', 'deployment', 'web', '--name=exposed', '--port=81', '--target-port=8080')).to.equal(
        'service/exposed exposed',
      );
      expect(await say('run', 'one', '--image=reckon/demo:1', '--port=8080', '--expose')).to.equal(
        'service/one created\npod/one created',
      );
      expect(await say('wait', '--for=condition=Ready', 'pod/one', '--timeout=20s')).to.equal('pod/one condition met');
      const ran = await kubectl.run(
        inNamespace(['run', 'once', '--image=reckon/demo:1', '--restart=Never', '--rm', '-i', '-q', '--', 'cat']),
        { stdin: 'typed\n' },
      );
      expect([ran.code, ran.stdout.split('\n')[0]], ran.stderr).to.deep.equal([0, 'typed']);
    });

    it('follows logs until the container ends', async () => {
      await say(
        'run',
        'talker',
        '--image=reckon/demo:1',
        '--restart=Never',
        '--',
        'sh',
        '-c',
        'for i in 1 2 3 4; do echo $i; usleep 300000; done',
      );
      await say('wait', '--for=condition=Ready', 'pod/talker', '--timeout=20s');
      expect(await say('logs', '-f', 'talker')).to.equal('1\n2\n3\n4');
      expect(await say('logs', 'talker', '--tail=2')).to.equal('3\n4');
      expect(await say('logs', 'talker', '--timestamps', '--tail=1')).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z 4$/);
    });

    it('gives a terminal in a container', async () => {
      const child = kubectl.startOnTerminal(inNamespace(['exec', '-it', 'one', '--', 'sh']), 101, 37);
      children.push(child);
      await prints(child, /# /);
      const shown = prints(child, /37 101\s+\/dev\/pts\/0/);
      // The terminal's size follows the shell.
      child.stdin.write('until stty size | grep .; do usleep 50000; done; tty\n');
      await shown;
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      child.stdin.write('exit 5\n');
      expect(await ended).to.equal(5);
    });

    it('forwards a port', async () => {
      const child = start('port-forward', 'pod/one', ':8080');
      const port = /127\.0\.0\.1:(\d+)/.exec(await prints(child, /Forwarding from 127\.0\.0\.1:\d+ -> 8080/))?.[1];
      expect(await bodyFrom(`http://127.0.0.1:${port}/forwarded`)).to.equal('one 1 /forwarded\n');
    });

    it('copies files to and from a container', async () => {
      const [from, back] = [join(cluster.home, 'sent'), join(cluster.home, 'back')];
      await writeFile(from, 'copied\n');
      await say('cp', from, 'one:/tmp/sent');
      expect(await say('exec', 'one', '--', 'cat', '/tmp/sent')).to.equal('copied');
      await say('cp', 'one:/tmp/sent', back);
    });

    it('deletes by name, by label and all', async () => {
      expect(await say('delete', 'pod', 'one', 'talker', '--grace-period=1')).to.match(
        /pod "one" deleted.*\npod "talker" deleted/,
      );
      expect(await say('delete', 'deployment,service', '-l', 'app=web')).to.match(/"web" deleted/);
      expect(await say('wait', '--for=delete', 'pod', '-l', 'app=web', '--timeout=20s')).to.be.a('string');
      await say('delete', 'configmap', '--all');
      expect(await podNames()).to.deep.equal([]);
    });
  });

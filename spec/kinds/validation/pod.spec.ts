import { expect } from 'chai';
import type { Container, Pod, PodSpec, Probe, Volume } from '../../../kinds/schema/api/core-v1.ts';
import type { Unchecked } from '../../../kinds/validation/field-checks.ts';
import { textsOf } from '../../support/rules.ts';

const podOf = (spec: Unchecked<PodSpec>, metadata: Pod['metadata'] = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { containers: [{ name: 'web', image: 'nginx:1' }], ...spec },
});
const ofSpec = (spec: Unchecked<PodSpec>) => textsOf(podOf(spec));
const ofContainer = (container: Unchecked<Container>, spec: Unchecked<PodSpec> = {}) =>
  ofSpec({ ...spec, containers: [{ name: 'web', image: 'nginx:1', ...container }] });
const ofVolume = (volume: Unchecked<Volume>) => ofSpec({ volumes: [{ name: 'v', ...volume }] });
const ofProbe = (probe: Unchecked<Probe>) => ofContainer({ livenessProbe: probe });

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('A pod', () => {
  it('may be as little as one container with an image', () => {
    expect(ofSpec({})).to.deep.equal([]);
  });

  it('needs a container, with a name and an image', () => {
    expect(ofSpec({ containers: [] })).to.deep.equal(['spec.containers: Required value']);
    expect(ofSpec({ containers: [{}] })).to.deep.equal([
      'spec.containers[0].name: Required value',
      'spec.containers[0].image: Required value',
    ]);
  });

  it('has containers of different names', () => {
    const one = { name: 'web', image: 'nginx:1' };
    expect(ofSpec({ containers: [one, one] })).to.deep.equal(['spec.containers[1].name: Duplicate value: "web"']);
    expect(ofSpec({ initContainers: [one] })).to.deep.equal(['spec.initContainers[0].name: Duplicate value: "web"']);
  });

  it('has container names that are labels, and images without blanks around them', () => {
    expect(ofContainer({ name: 'Web', image: ' nginx' })).to.deep.equal([
      `spec.containers[0].name: Invalid value: "Web": ${label}`,
      'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    ]);
  });

  it('is restarted in one of three ways, and finds names in one of four', () => {
    expect(ofSpec({ restartPolicy: 'Sometimes', dnsPolicy: 'X' })).to.deep.equal([
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "X": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ]);
  });

  it("cannot have two containers with one port of its host, and none but its own on its host's network", () => {
    const on = (hostPort: number) => ({ containerPort: 80, hostPort });
    expect(ofContainer({ ports: [on(80), on(80)] })).to.deep.equal([
      'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
    ]);
    expect(ofContainer({ ports: [on(8080)] }, { hostNetwork: true })).to.deep.equal([
      'spec.containers[0].ports[0].hostPort: Invalid value: 8080: must match `containerPort` when `hostNetwork` is true',
    ]);
  });

  it('gives init containers no probes, unless they run on beside the others', () => {
    const init = { name: 'a', image: 'a:1', readinessProbe: { tcpSocket: { port: 80 } } };
    expect(ofSpec({ initContainers: [init] })).to.deep.equal([
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ]);
    expect(ofSpec({ initContainers: [{ ...init, restartPolicy: 'Always' }] })).to.deep.equal([]);
  });

  it('cannot be bound while it is gated, nor begin with ephemeral containers', () => {
    const ephemeralContainers = [{ name: 'look', image: 'busybox:1' }];
    expect(ofSpec({ nodeName: 'n1', schedulingGates: [{ name: 'a/b' }], ephemeralContainers })).to.deep.equal([
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ]);
  });

  it("tolerates taints that can be: everything only with 'Exists'", () => {
    expect(ofSpec({ tolerations: [{ operator: 'Equal' }] })).to.deep.equal([
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ]);
    expect(ofSpec({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b', tolerationSeconds: 1 }] })).to.deep.equal(
      [
        'spec.tolerations[0].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
        'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
      ],
    );
  });

  it('says where it may run in terms that can hold', () => {
    const terms = (nodeSelectorTerms: Unchecked<PodSpec>['affinity']) => ofSpec({ affinity: nodeSelectorTerms });
    expect(
      terms({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }),
    ).to.deep.equal([
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ]);
    const at = 'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]';
    expect(
      terms({
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: {} }] },
      }),
    ).to.deep.equal([
      `${at}.weight: Invalid value: 0: must be in the range 1-100`,
      `${at}.podAffinityTerm.topologyKey: Required value: can not be empty`,
      `${at}.podAffinityTerm.topologyKey: Invalid value: "": name part must be non-empty`,
      `${at}.podAffinityTerm.topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    ]);
  });

  it('is spread by a skew of at least one', () => {
    expect(
      ofSpec({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'X' }] }),
    ).to.deep.equal([
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "X": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ]);
  });

  it("shares the host's processes or its own, not both", () => {
    expect(ofSpec({ hostPID: true, shareProcessNamespace: true })).to.deep.equal([
      'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
    ]);
  });

  it('says the same in old annotations as in the fields that took their place', () => {
    const pod = podOf(
      { containers: [{ name: 'web', image: 'a', securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }] },
      {
        annotations: {
          'container.apparmor.security.beta.kubernetes.io/web': 'unconfined',
          'controller.kubernetes.io/pod-deletion-cost': '+5',
        },
      },
    );
    expect(textsOf(pod)).to.deep.equal([
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+5": must be a 32bit integer',
      'spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match',
    ]);
  });
});

describe("A container's", () => {
  it('ports have numbers, and short names of their own', () => {
    expect(ofContainer({ ports: [{ containerPort: 0 }, { containerPort: 70_000, protocol: 'tcp' }] })).to.deep.equal([
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[1].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    ]);
    const named = (name: string) => ({ name, containerPort: 80 });
    expect(ofContainer({ ports: [named('http'), named('http'), named('0123456789abcdef')] })).to.deep.equal([
      'spec.containers[0].ports[1].name: Duplicate value: "http"',
      'spec.containers[0].ports[2].name: Invalid value: "0123456789abcdef": must be no more than 15 characters',
    ]);
  });

  it('variables have a value or one source of it', () => {
    expect(
      ofContainer({ env: [{ name: 'A=B', value: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] }),
    ).to.deep.equal([
      'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ]);
  });

  it('requests are no more than its limits, and no less than nothing', () => {
    expect(ofContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1', memory: '-1' } } })).to.deep.equal([
      'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(ofContainer({ resources: { requests: { 'example.com/gpu': '1' } } })).to.deep.equal([
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ]);
  });

  it('mounts are of volumes that are there, at places of their own', () => {
    const at = (name: string, mountPath: string) => ({ name, mountPath });
    expect(
      ofContainer({ volumeMounts: [at('v', '/a'), at('v', '/a'), at('w', '')] }, { volumes: [{ name: 'v' }] }),
    ).to.deep.equal([
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      'spec.containers[0].volumeMounts[2].name: Not found: "w"',
      'spec.containers[0].volumeMounts[2].mountPath: Required value',
    ]);
    expect(
      ofContainer({ volumeMounts: [{ ...at('v', '/a'), subPath: '../b' }] }, { volumes: [{ name: 'v' }] }),
    ).to.deep.equal(['spec.containers[0].volumeMounts.subPath: Invalid value: "../b": must not contain \'..\'']);
  });

  it('probes do one thing, and live on one success', () => {
    const at = 'spec.containers[0].livenessProbe';
    expect(ofProbe({})).to.deep.equal([`${at}: Required value: must specify a handler type`]);
    expect(ofProbe({ tcpSocket: { port: 80 }, exec: { command: ['a'] } })).to.deep.equal([
      `${at}.tcpSocket: Forbidden: may not specify more than 1 handler type`,
    ]);
    expect(ofProbe({ httpGet: { port: 'HTTP_', path: '' }, successThreshold: 2, periodSeconds: -1 })).to.deep.equal([
      `${at}.httpGet.port: Invalid value: "HTTP_": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
      `${at}.httpGet.port: Invalid value: "HTTP_": must contain at least one letter (a-z)`,
      `${at}.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
      `${at}.successThreshold: Invalid value: 2: must be 1`,
    ]);
  });

  it('rights do not contradict each other', () => {
    const at = 'spec.containers[0].securityContext';
    expect(ofContainer({ securityContext: { runAsUser: -1, seccompProfile: { type: 'Localhost' } } })).to.deep.equal([
      `${at}.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive`,
      `${at}.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost`,
    ]);
    expect(ofContainer({ securityContext: { privileged: true, allowPrivilegeEscalation: false } })[0]).to.match(
      /^spec\.containers\[0\]\.securityContext: Invalid value: \{"Capabilities":null,"Privileged":true,.*\}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true$/,
    );
  });
});

describe('A volume', () => {
  it('has a name of its own and one source', () => {
    expect(ofSpec({ volumes: [{ name: 'v' }, { name: 'v' }, {}] })).to.deep.equal([
      'spec.volumes[1].name: Duplicate value: "v"',
      'spec.volumes[2].name: Required value',
    ]);
    expect(ofVolume({ emptyDir: {}, hostPath: { path: '/a' } })).to.deep.equal([
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ]);
  });

  it('names what it is made of', () => {
    expect(ofVolume({ configMap: {} })).to.deep.equal(['spec.volumes[0].configMap.name: Required value']);
    expect(ofVolume({ secret: { defaultMode: 512 } })).to.deep.equal([
      'spec.volumes[0].secret.secretName: Required value',
      'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ]);
    expect(ofVolume({ hostPath: { path: '' } })).to.deep.equal(['spec.volumes[0].hostPath.path: Required value']);
    expect(ofVolume({ hostPath: { path: '/a', type: 'X' } })).to.deep.equal([
      'spec.volumes[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ]);
    expect(ofVolume({ persistentVolumeClaim: { claimName: '' } })).to.deep.equal([
      'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
    ]);
  });

  it('puts its files at paths within itself', () => {
    expect(ofVolume({ configMap: { name: 'c', items: [{ key: 'a', path: '/b' }] } })).to.deep.equal([
      'spec.volumes[0].configMap.items[0].path: Invalid value: "/b": must be a relative path',
    ]);
    const token = (expirationSeconds: number) => ({ serviceAccountToken: { path: 't', expirationSeconds } });
    const at = 'spec.volumes[0].projected.sources[0].serviceAccountToken';
    expect(ofVolume({ projected: { sources: [token(60)] } })).to.deep.equal([
      `${at}.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes`,
      `${at}: Forbidden: must not be specified when serviceAccountName is not set`,
    ]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

/** The walk, in order: a folder may import itself and what stands before it; `api` and `runtime-agent` never each other. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  events: [],
  kinds: ['events'],
  projections: ['events', 'kinds'],
  commands: ['events', 'kinds', 'projections'],
  actors: ['events', 'kinds', 'projections', 'commands'],
  api: ['events', 'kinds', 'projections', 'commands', 'actors'],
  'runtime-agent': ['events', 'kinds', 'projections', 'commands', 'actors'],
  cli: ['events', 'kinds', 'projections', 'commands', 'actors', 'api', 'runtime-agent'],
};

/** Packages that only some files may know. */
const fences: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^xstate$/, /^(actors|runtime-agent)\//, 'state machines run controllers and pods only'],
  [/^kafkajs$/, /^commands\/orders\/kafka/, 'Kafka belongs behind the orders port'],
  [/^@eventstore\/db-client$/, /^events\/esdb/, 'EventStoreDB belongs behind the log port'],
  [
    /^classic-level$/,
    /^(events\/embedded|commands\/orders\/embedded)/,
    'LevelDB belongs behind the log and orders ports',
  ],
  [/^dockerode$/, /^runtime-agent\/docker/, 'Docker belongs behind the runtime port'],
  [
    /^rxjs/,
    /^(events|projections|commands|actors|api|runtime-agent|cli)\//,
    'kinds are pure: they subscribe to nothing',
  ],
  [/^@peculiar\/x509$/, /^api\/auth\//, 'certificates are made and read in one place'],
  [/^commander$/, /^cli\//, 'only the command line parses arguments'],
];

/** What makes a run unrepeatable, and the only file that may do it. */
const chance =
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|(?<![.\w])set(?:Timeout|Interval)\(|\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/;
const chanceAllowed = /^events\/clock\.ts$/;

/** Adapters that only the composition root and specs may make. */
const adapters =
  /\b(?:memoryLog|openEmbeddedLog|openEmbeddedSnapshots|memorySnapshots|memoryOrders|openEmbeddedOrders|dockerRuntime|simulatedRuntime|iptablesFilter|noFilter)\(/;
const adaptersMadeIn = /^cli\/wire/;

const linesMax = 300;
const generated = /^kinds\/schema\/api\//;

/** Words that say nothing, unless they are part of a word of Kubernetes; a file is named after what it holds. */
const emptyWords =
  /(^|[-/])(utils?|helpers?|managers?|handlers?|common|misc|base|engine|(?<!security-)context|types)(\.ts|[-/])/;

const files = Object.keys(mayImport).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
const importsOf = (text: string) =>
  Array.from(text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g), ([, path = '']) => path);

describe('architecture', () => {
  for (const file of files) {
    it(file, () => {
      const text = readFileSync(file, 'utf8');
      const code = withoutComments(text);
      const folder = file.slice(0, file.indexOf('/'));

      for (const path of importsOf(code)) {
        const room = /^(?:\.\.\/)+([a-z-]+)\//.exec(path)?.[1];
        if (room && room in mayImport) {
          expect(
            [folder, ...(mayImport[folder] ?? [])],
            `"${file}" may not import "${path}": imports go events → kinds → projections → commands → actors → {api, runtime-agent} → cli`,
          ).to.include(room);
        }
        expect(path, `"${file}" imports from spec: move what both need out of spec`).not.to.match(/(^|\/)spec\//);
        for (const [fenced, where, why] of fences) {
          if (fenced.test(path)) expect(file, `"${file}" may not import "${path}": ${why}`).to.match(where);
        }
      }

      if (!chanceAllowed.test(file)) {
        expect(
          chance.exec(code)?.[0],
          `"${file}": take time and chance from the Clock and Chance it is given (events/clock.ts)`,
        ).to.equal(undefined);
      }
      if (!adaptersMadeIn.test(file)) {
        const made = adapters.exec(code)?.[0];
        expect(
          made,
          `"${file}" makes an adapter: only cli/wire.ts and specs do; take the port as a parameter`,
        ).to.equal(undefined);
      }
      if (!generated.test(file)) {
        expect(
          text.split('\n').length - 1,
          `"${file}" is too long to read in one go: split it by what it holds`,
        ).to.be.at.most(linesMax);
      }
      expect(file, `"${file}": name it after what it holds`).not.to.match(emptyWords);
      expect(file, `"${file}": file names are kebab-case`).to.match(/^[a-z0-9./-]+$/);
    });
  }
});

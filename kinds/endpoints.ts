import { ageColumn, listText, nameColumn, none, text } from './columns/column.ts';
import { defaultEndpoints } from './defaults/endpoints.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { EndpointSubset, Endpoints as Schema } from './schema/api/core-v1.ts';
import { validateEndpoints } from './validation/endpoints.ts';

export type Endpoints = Stored<Schema>;

const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

const pairs = ({ addresses = [], ports = [] }: EndpointSubset): readonly string[] =>
  ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)));

export const endpoints: Kind = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  defaults: defaultEndpoints,
  validate: validateEndpoints,
  columns: [
    nameColumn,
    text('Endpoints', 'Addresses and ports that are ready.', ({ subsets }) =>
      listText((subsets ?? []).flatMap(pairs), none),
    ),
    ageColumn,
  ],
});

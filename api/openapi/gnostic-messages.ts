import { type Choose, gnosticWriter, rulesOf } from './gnostic.ts';

/** The field numbers of gnostic's OpenAPIv2.proto, for what the documents hold. */
const rules2 = rulesOf(`
  Document swagger=1:string info=2:Info paths=8:Paths definitions=9:Definitions
  Info title=1:string version=2:string
  Paths *=2:PathItem{}
  PathItem get=2:Operation put=3:Operation post=4:Operation delete=5:Operation patch=8:Operation parameters=9:Parameter[]
  Operation tags=1:string[] operationId=5:string produces=6:string[] consumes=7:string[] parameters=8:Parameter[] responses=9:Responses schemes=10:string[] x-*=13:any{}
  BodyParameter name=2:string in=3:string required=4:bool schema=5:Schema
  QueryParameter in=2:string name=4:string type=6:string uniqueItems=20:bool
  PathParameter required=1:bool in=2:string name=4:string type=5:string uniqueItems=19:bool
  Responses *=1:ResponseValue{}
  Response description=1:string schema=2:SchemaItem
  Definitions *=1:Schema{}
  Schema $ref=1:string format=2:string description=4:string default=5:any required=19:string[] enum=20:any[] additionalProperties=21:Additional type=22:Type items=23:Items properties=25:Properties x-*=31:any{}
  Properties *=1:Schema{}
`);

const parameters2: Readonly<Record<string, ReturnType<Choose>>> = {
  body: { through: [1, 1], type: 'BodyParameter' },
  query: { through: [1, 2, 3], type: 'QueryParameter' },
  path: { through: [1, 2, 4], type: 'PathParameter' },
};

const choices2: Readonly<Record<string, (value: unknown) => ReturnType<Choose>>> = {
  Parameter: (value) => parameters2[(value as { in: string }).in],
  ResponseValue: () => ({ through: [1], type: 'Response' }),
  SchemaItem: () => ({ through: [1], type: 'Schema' }),
  Additional: () => ({ through: [1], type: 'Schema' }),
  Items: () => ({ through: [1], type: 'Schema' }),
  Type: () => ({ through: [1], type: 'string' }),
};

/** The field numbers of gnostic's OpenAPIv3.proto. */
const rules3 = rulesOf(`
  Document openapi=1:string info=2:Info paths=4:Paths components=5:Components
  Info title=1:string version=6:string
  Paths *=1:PathItem{}
  PathItem get=4:Operation put=5:Operation post=6:Operation delete=7:Operation patch=10:Operation parameters=13:ParameterOr[]
  Operation tags=1:string[] operationId=5:string parameters=6:ParameterOr[] requestBody=7:RequestBodyOr responses=8:Responses x-*=13:any{}
  Parameter name=1:string in=2:string required=4:bool schema=10:SchemaOr
  RequestBody content=2:MediaTypes required=3:bool
  MediaTypes *=1:MediaType{}
  MediaType schema=1:SchemaOr
  Responses *=2:ResponseOr{}
  Response description=1:string content=3:MediaTypes
  Components schemas=1:Schemas
  Schemas *=1:SchemaOr{}
  Reference $ref=1:string
  Schema uniqueItems=20:bool required=23:string[] enum=24:any[] type=25:string allOf=26:SchemaOr[] oneOf=27:SchemaOr[] items=30:Items properties=31:Properties additionalProperties=32:Additional default=33:Default description=34:string format=35:string x-*=36:any{}
  Properties *=1:SchemaOr{}
`);

const defaults3: Readonly<Record<string, ReturnType<Choose>>> = {
  number: { through: [1], type: 'double' },
  boolean: { through: [2], type: 'bool' },
  string: { through: [3], type: 'string' },
};

const choices3: Readonly<Record<string, (value: unknown) => ReturnType<Choose>>> = {
  SchemaOr: (value) =>
    '$ref' in (value as object) ? { through: [2], type: 'Reference' } : { through: [1], type: 'Schema' },
  // A default that is an object has no place there.
  Default: (value) => defaults3[typeof value] ?? { through: [], type: 'string' },
  ParameterOr: () => ({ through: [1], type: 'Parameter' }),
  RequestBodyOr: () => ({ through: [1], type: 'RequestBody' }),
  ResponseOr: () => ({ through: [1], type: 'Response' }),
  Items: () => ({ through: [1], type: 'SchemaOr' }),
  Additional: () => ({ through: [1], type: 'SchemaOr' }),
};

/** A version 2 document as `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`. */
export const gnostic2 = gnosticWriter(rules2, (type, value) => choices2[type]?.(value));
/** A version 3 document as `application/com.github.proto-openapi.spec.v3@v1.0+protobuf`. */
export const gnostic3 = gnosticWriter(rules3, (type, value) => choices3[type]?.(value));

import { breakingChanges, type ComparedDocument } from '#libs/testing';

const DOCUMENT: ComparedDocument = {
  paths: {
    '/v1/notes': {
      post: {
        operationId: 'notes.create',
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NoteBody' } } } },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NoteView' } } } },
          409: { $ref: '#/components/responses/taken.used' },
        },
      },
    },
  },
  components: {
    schemas: {
      NoteBody: {
        type: 'object',
        properties: { text: { type: 'string', maxLength: 100 }, state: { type: 'string', enum: ['open', 'done'] } },
        required: ['text'],
      },
      NoteView: {
        type: 'object',
        properties: { id: { type: 'string' }, state: { type: 'string', enum: ['open', 'done'] } },
        required: ['id', 'state'],
      },
    },
    responses: {
      'taken.used': {
        content: {
          'application/problem+json': { schema: { oneOf: [{ $ref: '#/TakenProblem' }, { $ref: '#/UsedProblem' }] } },
        },
      },
    },
  },
};

/** The changes that follow from replacing one text of the document by another. */
function changesBy(text: string, by: string): string[] {
  const before = JSON.stringify(DOCUMENT);
  expect(before).toContain(text);
  return breakingChanges(DOCUMENT, JSON.parse(before.replace(text, by)) as ComparedDocument);
}

test('API-18 nothing breaks where nothing changes, or something is only added', () => {
  expect(breakingChanges(DOCUMENT, DOCUMENT)).toEqual([]);
  expect(changesBy('"id":{"type":"string"}', '"id":{"type":"string"},"more":{"type":"string"}')).toEqual([]);
  expect(changesBy('"maxLength":100', '"maxLength":200')).toEqual([]);
});

test('API-18 a status whose problem was the only one can get another, and a further status can be answered', () => {
  const only = '"409":{"$ref":"#/components/responses/taken.used"}';
  const single =
    '"409":{"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/TakenProblem"}}}}';
  const before = JSON.parse(JSON.stringify(DOCUMENT).replace(only, single)) as ComparedDocument;
  expect(breakingChanges(before, DOCUMENT)).toEqual(['POST /v1/notes: 409 can be UsedProblem']);
  expect(changesBy('"409":{', '"403":{"$ref":"#/components/responses/taken.used"},"409":{')).toEqual([
    'POST /v1/notes can answer 403',
  ]);
});

test.each([
  ['an operation that is gone', '"/v1/notes"', '"/v1/other"', 'POST /v1/notes is gone'],
  ['another id', 'notes.create', 'notes.add', 'POST /v1/notes is called notes.add, not notes.create'],
  ['a parameter that is gone', '"limit"', '"size"', 'POST /v1/notes lost the parameter query limit'],
  [
    'a parameter that is required',
    '"in":"query"',
    '"in":"query","required":true',
    'POST /v1/notes requires the parameter query limit',
  ],
  ['a smaller limit', '"maximum":100', '"maximum":50', 'POST /v1/notes: query limit has the maximum 50'],
  ['a shorter text', '"maxLength":100', '"maxLength":10', 'POST /v1/notes: body.text has the maxLength 10'],
  [
    'a field that is required',
    '"required":["text"]',
    '"required":["text","state"]',
    'POST /v1/notes: body.state is required',
  ],
  ['a value that is refused', '["open","done"]', '["open"]', 'POST /v1/notes: body.state may not be done'],
  ['a field that is gone', '{"id":{"type":"string"},', '{', 'POST /v1/notes: 201 lost id'],
  [
    'another type',
    '"id":{"type":"string"}',
    '"id":{"type":"integer"}',
    'POST /v1/notes: 201.id is integer, not string',
  ],
  [
    'a field that can be null',
    '"id":{"type":"string"}',
    '"id":{"type":["string","null"]}',
    'POST /v1/notes: 201.id is null or string, not string',
  ],
  [
    'a field that can be left out',
    '"required":["id","state"]',
    '"required":["id"]',
    'POST /v1/notes: 201.state can be left out',
  ],
  [
    'a further value',
    '["open","done"]}},"required":["id"',
    '["open","done","late"]}},"required":["id"',
    'POST /v1/notes: 201.state can be late',
  ],
  [
    'a free text',
    '"enum":["open","done"]}},"required":["id"',
    '"x":1}},"required":["id"',
    'POST /v1/notes: 201.state can be any value',
  ],
  ['a closed set', '"maxLength":100', '"enum":["a","b"]', 'POST /v1/notes: body.text may only be a or b'],
  [
    'an object that can be null',
    '{"application/json":{"schema":{"$ref":"#/components/schemas/NoteView"}}}',
    '{"application/json":{"schema":{"anyOf":[{"$ref":"#/components/schemas/NoteView"},{"type":"null"}]}}}',
    'POST /v1/notes: 201 is null or object, not object',
  ],
  ['another success', '"201"', '"202"', 'POST /v1/notes does not answer 201'],
  ['a further problem', '"oneOf":[', '"oneOf":[{"$ref":"#/LateProblem"},', 'POST /v1/notes: 409 can be LateProblem'],
])('API-18 %s is named as a breaking change', (_, text, by, expected) => {
  expect(changesBy(text, by)).toContain(expected);
});

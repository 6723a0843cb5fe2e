import { definerFunctions } from '../isolation/function-bodies.js';
import { loadParser } from '../isolation/tenant-predicates.js';
import { PastPolicies } from '../isolation/past-policies.js';
import type { TestServer } from '../test-server.js';
import { conditionsIn } from './function-conditions.js';
import type { NamedTest } from './source-mutations.js';
import type { Verdict } from './verdict.js';

/** A condition of a `security definer` function taken away. */
export interface FunctionMutation extends Pick<Verdict, 'name' | 'family' | 'must'> {
  /** Replaces the function; run as the administrator of a cell. */
  readonly definitions: readonly string[];
  /** Puts it back. */
  readonly undo: string;
  /** The test that has to notice it, where the proof cannot. */
  readonly test?: NamedTest;
}

/** Which check notices a removed condition of a function: kinds of the proof, or a test. */
interface Noticing {
  readonly of: string;
  /** Only conditions with this text. Default all. */
  readonly says?: RegExp;
  readonly must?: Verdict['must'];
  readonly test?: NamedTest;
}

/**
 * The check that notices a removed condition, by function; the first that fits. The rule that reads the bodies notices comparisons with
 * the tenant.
 */
const NOTICED_BY: readonly Noticing[] = [
  {
    of: 'member_access',
    says: /custom_role_id/,
    test: { ring: 'system', title: 'TEN-05', file: 'test/custom-roles' },
  },
  { of: 'member_access', must: ['http', 'row'] },
  { of: 'lock_member_access', test: { ring: 'system', title: 'TEN-05 locks', file: 'test/command-authorization' } },
  { of: 'search_documents', test: { ring: 'system', title: '', file: 'test/content' } },
  // workspaces whose changes are hidden
  {
    of: 'find_audit_entries',
    says: /\$15/,
    test: { ring: 'system', title: 'the trail hides', file: 'test/second-factors' },
  },
  {
    of: 'find_audit_entries',
    test: { ring: 'system', title: 'AUD-06 the trail is searched', file: 'test/audit-search' },
  },
  { of: 'purge_audit_entries', test: { ring: 'system', title: '', file: 'test/audit-retention' } },
  { of: 'purge_deleted_content', test: { ring: 'system', title: '', file: 'test/content' } },
];

/** Conditions that leave out no row which another condition lets through: removing them changes nothing but time. */
const REDUNDANT = [
  // chooses the index; words are found in no row without them
  /^e\.search is not null$/,
  // chooses the index; the row is kept or deleted by recorded_at
  /^e\.id < app\.least_id_at\(/,
  // a read is deleted after 90 days, which is the least for an act
  /^not e\.reading$/,
  // the policies of bulkhead_retention refuse younger rows as well; each is removed in a mutation of its own
  /^\w\.(deleted_at < now\(\) - interval '30 days'|recorded_at < now\(\) - interval '90 days')$/,
];

/** Functions that verify the context. Their comparisons are taken away in a family of their own. */
const VERIFYING = /^app\.verified_/;

/** Every condition in the bodies of the `security definer` functions of a cell, each taken away in a mutation of its own. */
export async function functionMutations(past: PastPolicies, cell: string): Promise<FunctionMutation[]> {
  await loadParser();
  const functions = (await definerFunctions(past, cell)).filter(({ name }) => !VERIFYING.test(name));
  return functions.flatMap(({ name, definition }) => {
    const bytes = Buffer.from(definition);
    const conditions = conditionsIn(definition).filter(
      ({ text }) => !REDUNDANT.some((redundant) => redundant.test(text)),
    );
    return conditions.map(({ start, end, text, of }) => {
      const instead = of === 'branch' ? 'false' : 'true';
      const sql = `${bytes.subarray(0, start)}${instead}${bytes.subarray(end)}`;
      const words = text.replace(/\s+/g, ' ').slice(0, 90);
      const line = bytes.subarray(0, start).toString().split('\n').length;
      const short = /^app\.(\w+)/.exec(name)?.[1] ?? name;
      return {
        name: `${name}:${line} ${words}`,
        family: 'condition',
        definitions: [sql],
        undo: definition,
        ...noticedBy(short, text),
      };
    });
  });
}

/** As {@link functionMutations}, in a copy of the databases of a server. */
export async function functionMutationsOn(server: TestServer): Promise<FunctionMutation[]> {
  const databases = await server.copyDatabases();
  const past = new PastPolicies(databases);
  try {
    return await functionMutations(past, databases.connections.cells[0]?.name ?? '');
  } finally {
    await past.end();
    await databases.drop();
  }
}

function noticedBy(name: string, condition: string): Pick<FunctionMutation, 'must' | 'test'> {
  if (/^\w+\.(account_id = |workspace_id = workspace$)/.test(condition)) return { must: ['catalog'] };
  const by = NOTICED_BY.find(({ of, says }) => of === name && (!says || says.test(condition)));
  if (!by) throw new Error(`Nothing says what notices the conditions of ${name}. Add it to function-mutations.ts.`);
  return { must: by.must ?? ['test'], ...(by.test && { test: by.test }) };
}

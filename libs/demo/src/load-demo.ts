import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { type Actor, ContextStore, type Environment, operator } from '#libs/context';
import { Cells, Directory, makeDataFolder, Reader } from '#libs/database';
import { Datasets, Documents, type NewDocument } from '#libs/content';
import { type User, Users } from '#libs/identity';
import { givenRole } from '#libs/roles';
import { Accounts, Members } from '#libs/tenants';
import { Workspaces } from '#libs/workspaces';
import { AGENCIES, type DemoAgency } from './agencies.js';
import { type Brand, type Licence, readBrands, readLicences } from './source-texts.js';

/** Who can sign in to the demo. */
export interface DemoSignIns {
  readonly password: string;
  readonly people: readonly { readonly email: string; readonly role: string; readonly account: string }[];
}

const BRANDS_PER_WORKSPACE = 240;
const LICENCES_PER_WORKSPACE = 24;
/** Longer licences are left out: the demo is to be found through, not to fill a disk. */
const LONGEST_LICENCE = 12_000;
const ROWS_AT_ONCE = 120;
const ACTOR: Actor = operator('demo load', [
  'account.create',
  'dataset.create',
  'document.create',
  'document.import',
  'member.add',
  'subscription.update',
  'workspace.create',
]);

/**
 * Loads the demo: three agencies, their people in all six roles, a workspace for each client brand with hundreds of
 * documents. What is there already is left as it is, so that it can be called at every start; an agency of a region that no
 * cell holds is left out.
 *
 * @param say told of each step that takes a while.
 */
export async function loadDemo(
  app: INestApplicationContext,
  environment: Environment,
  say: (line: string) => void,
): Promise<DemoSignIns> {
  const password = await demoPassword(environment);
  const loader = new Loader(app, password);
  const regions = app
    .get(Cells)
    .all()
    .map(({ region }) => region);
  const agencies = AGENCIES.filter(({ region }) => regions.includes(region));
  for (const agency of agencies) await loader.load(agency, say);
  const people = agencies.flatMap(({ name, people: staff }) =>
    staff.map(({ email, role }) => ({ email, role, account: name })),
  );
  return { password, people };
}

/** The password of the demo's people: the one configured, else a random one that is kept in the data folder (0600). */
async function demoPassword({ demo, dataDirectory }: Environment): Promise<string> {
  const path = join(dataDirectory, 'demo-password');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept) return kept;
  const password = demo.password ?? randomBytes(9).toString('base64url');
  await makeDataFolder(dataDirectory);
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

class Loader {
  private readonly contexts: ContextStore;
  private readonly directory: Directory;
  private readonly reader: Reader;
  private readonly users: Users;
  private readonly accounts: Accounts;
  private readonly members: Members;
  private readonly workspaces: Workspaces;
  private readonly datasets: Datasets;
  private readonly documents: Documents;
  private sources: { readonly brands: readonly Brand[]; readonly licences: readonly Licence[] } | undefined;

  constructor(
    app: INestApplicationContext,
    private readonly password: string,
  ) {
    this.contexts = app.get(ContextStore);
    this.directory = app.get(Directory);
    this.reader = app.get(Reader);
    this.users = app.get(Users);
    this.accounts = app.get(Accounts);
    this.members = app.get(Members);
    this.workspaces = app.get(Workspaces);
    this.datasets = app.get(Datasets);
    this.documents = app.get(Documents);
  }

  async load(agency: DemoAgency, say: (line: string) => void): Promise<void> {
    const { id, name, region, timeZone, brands, people } = agency;
    const [first, ...others] = people;
    const before = await this.membersEver(id);
    // the last person is added last, so the demo is complete; removed members are not added again
    if (!first || before.has(people.at(-1)?.email ?? '')) return;
    say(`Loading the demo: ${name} in ${region}, ${brands.length} workspaces …`);
    const owner = await this.person(first.name, first.email);
    const account = await this.accounts.create(
      // so that the demo can be tried with a password and curl alone
      { id, name, region, timeZone, owner, secondFactor: 'optional' },
      { actor: ACTOR },
    );
    const ids = await this.existing(account);
    for (const [index, brand] of brands.entries()) {
      if (ids.has(brand)) continue;
      const workspaceId = await this.workspace(account, brand);
      ids.set(brand, workspaceId);
      await this.fill(account, workspaceId, brand, index);
    }
    for (const { name: person, email, role, access, workspaces = {} } of others) {
      if (before.has(email)) continue;
      const user = await this.person(person, email);
      const named = Object.entries(workspaces).map(([brand, given]) => ({
        id: ids.get(brand) ?? '',
        given: givenRole({ role: given }),
      }));
      await this.members.add(
        account,
        { user, given: givenRole({ role }), ...(access && { access }), workspaces: named },
        ACTOR,
      );
    }
  }

  /** Addresses of everybody who was a member of an account at some time; none where there is no such account. */
  private async membersEver(id: string): Promise<Set<string>> {
    const [pointer] = await this.directory.call('locate_account', { wantedId: id });
    if (!pointer) return new Set();
    const rows = await this.contexts.runAs({ actor: ACTOR, account: { id, cell: pointer.cell } }, () =>
      this.reader.inAccount<{ email: string }>('select m.email from members m where m.account_id = $1'),
    );
    return new Set(rows.map(({ email }) => email));
  }

  private async existing(account: { id: string; cell: string }): Promise<Map<string, string>> {
    const rows = await this.contexts.runAs({ actor: ACTOR, account }, () =>
      this.reader.inAccount<{ id: string; name: string }>('select id, name from workspaces where account_id = $1'),
    );
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  private async person(name: string, email: string): Promise<User> {
    return (
      (await this.users.findByEmail(email)) ??
      this.users.create({ name, email, password: this.password, createdBy: 'operator' })
    );
  }

  private workspace(account: { id: string; cell: string }, brand: string): Promise<string> {
    const hex = this.source()
      .brands.find(({ title }) => title === brand)
      ?.hex.toLowerCase();
    return this.contexts.runAs({ actor: ACTOR, account }, () =>
      this.workspaces.create({ name: brand, color: hex ? `#${hex}` : null }),
    );
  }

  private async fill(
    account: { id: string; cell: string },
    workspaceId: string,
    brand: string,
    index: number,
  ): Promise<void> {
    const { brands, licences } = this.source();
    const references = slice(brands, index, BRANDS_PER_WORKSPACE).map((entry) => brandDocument(entry, brand));
    const texts = slice(licences, index, LICENCES_PER_WORKSPACE).map(licenceDocument);
    await this.contexts.runAs({ actor: ACTOR, account, workspaceId }, async () => {
      await this.dataset(
        'Brand references',
        `Marks that ${brand} is seen beside, with colours and sources`,
        references,
      );
      await this.dataset('Licences', 'Texts of licences under which marks and software are used', texts);
    });
  }

  private async dataset(name: string, description: string, documents: readonly NewDocument[]): Promise<void> {
    const id = await this.datasets.create({ name, description });
    for (let from = 0; from < documents.length; from += ROWS_AT_ONCE) {
      await this.documents.createMany(id, documents.slice(from, from + ROWS_AT_ONCE));
    }
  }

  private source() {
    this.sources ??= {
      brands: readBrands(),
      licences: readLicences().filter(({ licenseText }) => licenseText.length <= LONGEST_LICENCE),
    };
    return this.sources;
  }
}

/** The `index`-th run of a list, beginning again at its start where it ends. */
function slice<T>(list: readonly T[], index: number, length: number): T[] {
  return Array.from({ length }, (_, offset) => list[(index * length + offset) % list.length] as T);
}

function brandDocument({ title, hex, source, guidelines, license }: Brand, client: string): NewDocument {
  const lines = [
    `${title} uses the colour #${hex}.`,
    `The mark was taken from ${source}.`,
    guidelines ? `Guidelines for its use: ${guidelines}` : 'No guidelines for its use are known.',
    license ? `It is licensed as ${license.type}${license.url ? `, ${license.url}` : ''}.` : 'No licence is stated.',
    `Collected for ${client}.`,
  ];
  return { title, body: lines.join('\n'), sourceUrl: /^https?:\/\//.test(source) ? source : null };
}

function licenceDocument({ id, name, url, licenseText }: Licence): NewDocument {
  return { title: `${name} (${id})`, body: licenseText, sourceUrl: /^https?:\/\/\S+$/.test(url) ? url : null };
}

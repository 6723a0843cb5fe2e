import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A brand as simple-icons knows it. */
export interface Brand {
  readonly title: string;
  readonly hex: string;
  readonly source: string;
  readonly guidelines?: string;
  readonly license?: { readonly type: string; readonly url?: string };
}

/** A licence as spdx-license-list knows it. */
export interface Licence {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly licenseText: string;
}

// read when the demo is loaded, not at every start
const load = createRequire(import.meta.url);

/** The three thousand brands of simple-icons. */
export function readBrands(): readonly Brand[] {
  // the package exports drawings by name; guidelines and licences are in its data file only
  const path = join(dirname(load.resolve('simple-icons')), 'data/simple-icons.json');
  return JSON.parse(readFileSync(path, 'utf8')) as Brand[];
}

/** The licences of the SPDX list with their texts. */
export function readLicences(): readonly Licence[] {
  const list = load('spdx-license-list/full') as Readonly<Record<string, Omit<Licence, 'id'>>>;
  return Object.entries(list).map(([id, licence]) => ({ id, ...licence }));
}

import type { CheckKind } from '../isolation/report.js';

/** What became of one guard taken away. */
export interface Verdict {
  /** What was taken away. */
  readonly name: string;
  readonly family: string;
  /** Kinds of check of which one has to notice. */
  readonly must: readonly (CheckKind | 'boot' | 'test')[];
  /** What noticed, in its own words. */
  readonly by: Readonly<Partial<Record<CheckKind | 'boot' | 'test', string>>>;
}

/** Whether one of the kinds that have to notice did. */
export function isNoticed({ must, by }: Verdict): boolean {
  return must.some((kind) => by[kind] !== undefined);
}

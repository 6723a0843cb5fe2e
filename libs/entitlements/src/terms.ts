/** Entitlements that a plan can sell, with descriptions. A test checks that the code asks for each. */
export const ENTITLEMENTS = {
  'audit.search': 'Filter the audit trail and search it by words',
  'audit.year': 'Keep the audit trail for a year',
} as const;

/** Name of something that a plan lets an account do. */
export type Entitlement = keyof typeof ENTITLEMENTS;

/** What a plan can limit, and what is counted. */
export const LIMITS = {
  seats: 'Active members',
  workspaces: 'Workspaces that are not archived',
  documents: 'Documents that are not deleted',
  storage_bytes: 'Bytes of titles and texts of documents that are not deleted',
  requests: 'Requests in a calendar month (UTC); refused with 429 beyond it, at most ten seconds late',
} as const;

/** Name of a limit. */
export type Limit = keyof typeof LIMITS;

/** The limits that a command is refused over: what is counted in the database, exactly. */
export type ExactLimit = Extract<Limit, 'seats' | 'workspaces' | 'documents' | 'storage_bytes'>;

/** What an account may do, and how much of it. A limit that is not named is none. */
export interface Terms {
  readonly entitlements: readonly Entitlement[];
  readonly limits: Readonly<Partial<Record<Limit, number>>>;
}

/** Terms with the plan they come from. */
export interface PlanTerms extends Terms {
  readonly plan: string;
  readonly planVersion: number;
}

/** Days that entries of the audit trail are kept under some terms. */
export function auditDays({ entitlements }: Pick<Terms, 'entitlements'>): 90 | 365 {
  return entitlements.includes('audit.year') ? 365 : 90;
}

import { newId } from '#libs/context';
import type { Sailor } from './storm-world.js';

/** What is done to a request while it is under way. */
export type Fault = 'none' | 'aborted' | 'slow' | 'failing' | 'killed';

/** One request of the storm. */
export interface StormRequest {
  /** What it is, for the table at the end. */
  readonly kind: string;
  readonly sailor: Sailor;
  readonly fault: Fault;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How far an answer may reach. */
  readonly within: 'account' | 'workspace';
  /** The status that it has to have where nothing was done to it. */
  readonly status: number;
  /** Whether its answer holds rows, and so a canary. */
  readonly holdsRows: boolean;
}

type Draw = (below: number) => number;

const FAULTS: readonly Fault[] = ['aborted', 'slow', 'failing', 'killed'];
/** Of a thousand requests. */
const FAULTY = 50;

/** The next request: somebody does something, and to five of a hundred something is done. */
export function nextRequest(sailors: readonly Sailor[], draw: Draw): StormRequest {
  const sailor = sailors[draw(sailors.length)] as Sailor;
  const other = sailors[draw(sailors.length)] as Sailor;
  const fault = draw(1_000) < FAULTY ? (FAULTS[draw(FAULTS.length)] as Fault) : 'none';
  const inWorkspace = { sailor, fault, method: 'GET', within: 'workspace', status: 200, holdsRows: true } as const;
  const inAccount = { ...inWorkspace, within: 'account' } as const;
  if (fault === 'slow')
    return {
      ...inWorkspace,
      kind: 'a read that takes too long',
      path: '/v1/storm/slow',
      status: 503,
      holdsRows: false,
    };
  if (fault === 'failing') {
    const method = draw(2) ? 'GET' : 'POST';
    const kind = method === 'GET' ? 'a read that fails' : 'a command that fails';
    return { ...inWorkspace, kind, method, path: '/v1/storm/failing', status: 500, holdsRows: false };
  }
  const document = sailor.documentIds[draw(sailor.documentIds.length)];
  const foreign = other.documentIds[draw(other.documentIds.length)];
  switch (draw(12)) {
    case 0:
      return { ...inWorkspace, kind: 'list datasets', path: '/v1/datasets' };
    case 1:
      return { ...inWorkspace, kind: 'search', path: '/v1/documents/search?q=storms' };
    case 2:
      return { ...inAccount, kind: 'list members', path: '/v1/account/members' };
    case 3:
      return { ...inAccount, kind: 'list workspaces', path: '/v1/account/workspaces' };
    case 4:
      return { ...inAccount, kind: 'list the trail', path: '/v1/account/audit-entries?limit=20' };
    case 5:
      return { ...inAccount, kind: 'show the account', path: '/v1/account' };
    case 6:
    case 7: {
      const text = `canary-${sailor.account}-${sailor.workspace}`;
      const body = { dataset_id: sailor.datasetId, title: text, body: `${text} sings` };
      const headers = { 'idempotency-key': newId() };
      return {
        ...inWorkspace,
        kind: 'create a document',
        method: 'POST',
        path: '/v1/documents',
        body,
        headers,
        status: 201,
      };
    }
    case 8:
      if (other.workspaceId !== sailor.workspaceId)
        return {
          ...inWorkspace,
          kind: 'a foreign document',
          path: `/v1/documents/${foreign}`,
          status: 404,
          holdsRows: false,
        };
      return { ...inWorkspace, kind: 'get a document', path: `/v1/documents/${document}` };
    case 9:
    case 10:
      return { ...inWorkspace, kind: 'get a document', path: `/v1/documents/${document}` };
    default:
      return {
        ...inWorkspace,
        kind: 'list documents',
        path: `/v1/workspaces/${sailor.workspaceId}/documents?limit=20`,
      };
  }
}

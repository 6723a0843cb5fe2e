import type { StructuredLog } from '#libs/telemetry';

/** A line a second for each code at most: a flood of refusals must not become a flood of lines. */
const EVERY_MS = 1_000;

interface Tally {
  readonly since: number;
  unsaid: number;
}

/** Logs requests that were refused at the edge: the first of each code in a second, with how many there were since the last line. */
export class RefusalSamples {
  private readonly tallies = new Map<string, Tally>();

  constructor(private readonly log: StructuredLog) {}

  /** @param code of the problem, of which there are as many as the code has. */
  add(code: string, { requestId, ip }: { readonly requestId: string; readonly ip: string | null }): void {
    const now = Date.now();
    const tally = this.tallies.get(code);
    if (tally && now - tally.since < EVERY_MS) {
      tally.unsaid += 1;
      return;
    }
    this.tallies.set(code, { since: now, unsaid: 0 });
    const count = (tally?.unsaid ?? 0) + 1;
    this.log.write('warn', { refused: code, request_id: requestId, ip, count }, 'a request was refused at the edge');
  }
}

// Which functions of the product run while something is done, counted by V8 itself (Chrome DevTools Protocol, Profiler).
import { Session } from 'node:inspector/promises';

const BUILT = /\/dist\/((?:libs|apps)\/[^?]+)\.js(?:\?mutation=\d+)?$/;

/** Attributes the functions that ran to whatever was just done. */
export class FunctionCoverage {
  /** By name: source files (`libs/audit/src/….ts`), each with the names of its functions that ran. */
  found = {};

  constructor(session) {
    this.session = session;
  }

  static async begin() {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    return new FunctionCoverage(session);
  }

  /** What ran since the last call belongs to `name`. */
  async attribute(name) {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    const files = this.found[name] ?? {};
    this.found[name] = files;
    for (const { url, functions } of result) {
      const [, path] = BUILT.exec(url) ?? [];
      // the proof is no part of the product
      if (!path || path.startsWith('libs/testing/')) continue;
      const ran = functions.filter(({ ranges: [{ count }] }) => count > 0).map(({ functionName }) => functionName);
      files[`${path}.ts`] = [...new Set([...(files[`${path}.ts`] ?? []), ...ran])];
    }
  }

  /** Counts no more, which makes everything faster. */
  async end() {
    await this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }
}

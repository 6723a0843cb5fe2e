const MOST = 1_000;

/** Remembers the newest version of each object that a client has read, to send it as If-Match. The oldest are forgotten beyond 1,000. */
export class Versions {
  private readonly known = new Map<string, number>();

  /**
   * Remembers the versions in an answer: of an object, or of the items of a list.
   *
   * @param resource by which an object is found that no id in a path names.
   */
  learn(resource: string, answer: unknown): void {
    const { items, version, id } = Object(answer) as { items?: unknown; version?: unknown; id?: unknown };
    if (Array.isArray(items)) for (const item of items) this.keep(item.id, item.version);
    this.keep(id, version);
    this.keep(resource, version);
  }

  /** Returns the version of an object by its id, or of a singleton by its resource; undefined where none was read. */
  of(key: string): number | undefined {
    return this.known.get(key);
  }

  /** Forgets everything: another account has other objects. */
  forget(): void {
    this.known.clear();
  }

  private keep(key: unknown, version: unknown): void {
    if (typeof key !== 'string' || typeof version !== 'number') return;
    // an answer that was overtaken by a newer one says nothing
    if ((this.known.get(key) ?? 0) > version) return;
    this.known.delete(key);
    this.known.set(key, version);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
  }
}

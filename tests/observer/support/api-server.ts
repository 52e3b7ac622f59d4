import type { RawList, RawObject, Transport } from "../../../observer/api-server.ts";

type Told = { readonly type: string; readonly object: RawObject };

/** A watch that is open. */
type Watcher = {
  readonly path: string;
  readonly onEvent: (type: string, object: RawObject) => void;
  readonly onEnd: (error?: unknown) => void;
};

/** An API server in memory: it lists the objects that a test puts into it, and tells them to every watch. */
export class ApiServer {
  /** All requests, in order: `list …`, `prove …` or `watch … from VERSION`. */
  readonly asked: string[] = [];
  /** The error with which every request is refused; undefined to answer. */
  refusal: Error | undefined;
  readonly #objects = new Map<string, Map<string, RawObject>>();
  readonly #log: (Told & { readonly path: string; readonly version: number })[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #held = new Map<Watcher, Told[]>();
  #version = 40;
  #frozen: PromiseWithResolvers<void> | undefined;
  #isHolding = false;

  readonly transport: Transport = {
    request: async (_method, path) => {
      this.asked.push(`list ${path}`);
      await this.#turn();
      return { status: 200, headers: new Headers(), text: JSON.stringify(this.#list(path)) };
    },
    listMetadata: async (path, signal) => {
      this.asked.push(`prove ${path}`);
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      await Promise.race([this.#turn(), aborted]);
      return this.#list(path);
    },
    watch: async (path, { resourceVersion }, onEvent, onEnd) => {
      this.asked.push(`watch ${path} from ${resourceVersion}`);
      await this.#turn();
      const watcher: Watcher = { path, onEvent, onEnd };
      this.#watchers.add(watcher);
      // Missed events are sent after the server has accepted the watch.
      const missed = this.#log.filter((one) => one.path === path && one.version > Number(resourceVersion));
      setImmediate(() => {
        for (const one of missed) this.#deliver(watcher, one);
      });
      return { stop: () => void this.#watchers.delete(watcher) };
    },
  };

  /** Creates an object, or changes it. */
  put(path: string, name: string, labels: Readonly<Record<string, string>> = {}): void {
    const objects = this.#of(path);
    const type = objects.has(name) ? "MODIFIED" : "ADDED";
    const object = this.#object(name, labels);
    objects.set(name, object);
    this.#tell(path, { type, object });
  }

  remove(path: string, name: string): void {
    this.#of(path).delete(name);
    this.#tell(path, { type: "DELETED", object: this.#object(name, {}) });
  }

  /** Sends a bookmark to every watch: the present version, without a change. */
  bookmark(): void {
    for (const watcher of this.#watchers) this.#deliver(watcher, { type: "BOOKMARK", object: this.#object("", {}) });
  }

  /** Answers no request and sends no event until it is thawed, as a stopped process does. */
  freeze(): void {
    this.#frozen = Promise.withResolvers();
    this.#isHolding = true;
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = undefined;
    this.release();
  }

  /** Answers requests, but holds the events of watches back until they are released. */
  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    for (const [watcher, events] of this.#held) for (const event of events) this.#deliver(watcher, event);
    this.#held.clear();
  }

  /** Ends every watch of a path with an ERROR event, because its version is too old; events held back for it are lost. */
  expire(path: string): void {
    this.#isHolding = false;
    this.#held.clear();
    const object = { code: 410, message: "too old" } as unknown as RawObject;
    for (const watcher of this.#watchers) if (watcher.path === path) this.#deliver(watcher, { type: "ERROR", object });
  }

  /** Ends all watches; events held back for them are lost. */
  endWatches(error?: unknown): void {
    this.#isHolding = false;
    this.#held.clear();
    for (const watcher of [...this.#watchers]) {
      this.#watchers.delete(watcher);
      watcher.onEnd(error);
    }
  }

  async #turn(): Promise<void> {
    await this.#frozen?.promise;
    if (this.refusal) throw this.refusal;
  }

  #list(path: string): RawList {
    const items = [...this.#of(path).values()];
    return { metadata: { resourceVersion: String(this.#version) }, items };
  }

  #of(path: string): Map<string, RawObject> {
    const key = path.split("?")[0] ?? "";
    const objects = this.#objects.get(key) ?? new Map<string, RawObject>();
    this.#objects.set(key, objects);
    return objects;
  }

  #object(name: string, labels: Readonly<Record<string, string>>): RawObject {
    this.#version += 1;
    const creationTimestamp = "2026-03-14T09:30:00Z";
    const metadata = { name, uid: `uid-${name}`, resourceVersion: String(this.#version), creationTimestamp, labels };
    return { metadata } as RawObject;
  }

  #tell(path: string, told: Told): void {
    this.#log.push({ ...told, path, version: this.#version });
    for (const watcher of this.#watchers) if (watcher.path === path) this.#deliver(watcher, told);
  }

  #deliver(watcher: Watcher, told: Told): void {
    if (!this.#watchers.has(watcher)) return;
    if (this.#isHolding) this.#held.set(watcher, [...(this.#held.get(watcher) ?? []), told]);
    else watcher.onEvent(told.type, told.object);
  }
}

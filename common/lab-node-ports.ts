/** NodePorts of all stacks, published on loopback where a minikube profile is made for the lab; both ends belong to them. */
export const NODE_PORTS = { first: 30_050, last: 30_065 } as const;

/** NodePort of every stack that is not named after an experiment, such as `dev`. */
export const PLAYGROUND_NODE_PORT = 30_059;

/** NodePorts, the last of the range, of what measurements and tests deploy beside the stacks; no experiment gets one. */
export const RESERVED_NODE_PORTS = {
  /** npm run bench:commands */
  benchPod: 30_062,
  benchRolling: 30_063,
  /** npm run causes */
  causes: 30_064,
  /** The copy of the program in tests/registry. */
  copiedProgram: 30_065,
} as const;

/** NodePorts that no experiment gets. */
export const TAKEN_NODE_PORTS: readonly number[] = [PLAYGROUND_NODE_PORT, ...Object.values(RESERVED_NODE_PORTS)];

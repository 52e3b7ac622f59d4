/**
 * Placeholder in a URL for the address of the node on which the load's pod will run; also the environment variable in which that
 * pod finds the address.
 */
export const NODE_ADDRESS = "NODE_ADDRESS";

/** Replaces the placeholder by the node's address; an IPv6 address gets brackets. */
export const withNodeAddress = (url: string, node: string): string =>
  url.replace(NODE_ADDRESS, node.includes(":") ? `[${node}]` : node);
